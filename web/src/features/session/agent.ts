/** What a browser's long name of itself comes down to: a program and a system that people know. */

/** In this order: a program also names those that it descends from. */
const PROGRAMS: [RegExp, string][] = [
  [/wxwork/i, "WeCom"],
  [/MicroMessenger/, "WeChat"],
  [/DingTalk/i, "DingTalk"],
  [/Lark|Feishu/, "Feishu"],
  [/Edg/, "Edge"],
  [/Firefox|FxiOS/, "Firefox"],
  [/HuaweiBrowser/, "Huawei Browser"],
  [/Chrome|CriOS/, "Chrome"],
  [/Safari/, "Safari"],
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/HarmonyOS|OpenHarmony/, "HarmonyOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/Linux/, "Linux"],
];

/** `Chrome · Windows`; what isn't known is shown as it is. */
export function agentName(agent: string): string {
  const names = [PROGRAMS, SYSTEMS].flatMap(
    (known) => known.find(([mark]) => mark.test(agent))?.[1] ?? [],
  );
  return names.length > 0 ? names.join(" · ") : agent;
}

export function isPhoneAgent(agent: string): boolean {
  return /iPhone|Android|HarmonyOS|Mobile/.test(agent);
}
