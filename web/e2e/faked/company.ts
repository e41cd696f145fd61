/** A small company made up for the faked pages: metadata, people and leads as the contract gives them. */

export const NOW = Date.parse("2026-11-22T02:30:00Z");

const iso = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
const all = { filter: true, sort: true, group: true, search: true };
const system = { system: true, readonly: true };

interface Words {
  zh: string;
  en: string;
}
type Labels = (zh: string, en: string) => string;

const STAGES: [string, string, string, string?][] = [
  ["new", "新线索", "New"],
  ["contacted", "已联系", "Contacted"],
  ["qualified", "已确认需求", "Qualified"],
  ["converted", "已转化", "Converted", "won"],
  ["discarded", "已废弃", "Discarded", "lost"],
];
const SOURCES: Record<string, Words> = {
  website: { zh: "官网表单", en: "Website" },
  livestream: { zh: "直播留资", en: "Livestream" },
  wechat_official: { zh: "公众号", en: "WeChat" },
  expo: { zh: "展会扫码", en: "Expo" },
  referral: { zh: "转介绍", en: "Referral" },
};
export const PEOPLE = ["陈思", "周航", "林晓", "徐婷", "吴磊", "何静"].map((name, i) => ({
  id: `person-${i + 1}`,
  name,
  login: `sales${i + 1}`,
  active: true,
  on_duty: true,
  departments: [{ id: "east", label: "华东销售一部" }],
  roles: [{ key: "sales", label: "销售" }],
}));

export function catalogIn(locale: string) {
  const l: Labels = (zh, en) => (locale.startsWith("en") ? en : zh);
  const options = (map: Record<string, Words>) =>
    Object.entries(map).map(([key, words]) => ({ key, label: l(words.zh, words.en) }));
  const field = (name: string, type: string, zh: string, en: string, more: object = {}) => ({
    name,
    type,
    label: l(zh, en),
    core: false,
    required: false,
    readonly: false,
    can: all,
    ...more,
  });
  const needs = {
    crm: { zh: "客户管理", en: "CRM" },
    report: { zh: "数据报表", en: "Reporting" },
    flow: { zh: "流程审批", en: "Approvals" },
  };
  return {
    version: 1,
    objects: [
      {
        name: "lead",
        label: l("线索", "Lead"),
        label_plural: l("线索池", "Leads"),
        title_field: "company",
        icon: "inbox",
        permissions: { create: true, update: true, delete: true, assign: true },
        fields: [
          field("company", "text", "公司", "Company", { core: true, max: 200, required: true }),
          field("name", "text", "联系人", "Contact", { core: true }),
          field("phone", "phone", "电话", "Phone", { core: true }),
          field("email", "email", "邮箱", "E-mail", { core: true }),
          field("source", "choice", "来源", "Source", { core: true, options: options(SOURCES) }),
          field("needs", "multi_choice", "需求标签", "Needs", {
            core: true,
            options: options(needs),
          }),
          field("title", "text", "职位", "Title"),
          field("industry", "text", "行业", "Industry"),
          field("city", "text", "城市", "City"),
          field("registered_capital", "money", "注册资本", "Capital"),
          field("employees", "integer", "员工数", "Employees"),
          field("page_seconds", "integer", "页面停留秒数", "Seconds on page", { min: 0 }),
          field("win_rate", "percent", "赢率", "Win rate"),
          field("next_contact_at", "datetime", "下次联系", "Next contact"),
          field("visit_on", "date", "拜访日期", "Visit on"),
          field("key_account", "checkbox", "重点客户", "Key account"),
          field("site", "url", "网址", "Site"),
          field("backup", "person", "协作人", "Backup"),
          field("note", "long_text", "备注", "Note"),
          field("stage", "stage", "阶段", "Stage", {
            readonly: true,
            options: STAGES.map(([key, zh, en]) => ({
              key,
              label: l(zh, en),
              color: { new: "blue", contacted: "teal", qualified: "purple", converted: "green" }[
                key
              ],
            })),
          }),
          field("score", "integer", "评分", "Score", { readonly: true, min: 0, max: 100 }),
          field("grade", "choice", "等级", "Grade", {
            readonly: true,
            options: [
              { key: "A", label: "A", color: "purple" },
              { key: "B", label: "B", color: "teal" },
              { key: "C", label: "C", color: "gray" },
            ],
          }),
          field("owner", "person", "负责人", "Owner", system),
          field("created_at", "datetime", "创建时间", "Created", system),
          field("updated_at", "datetime", "更新时间", "Updated", system),
        ],
        pipeline: "lead",
        views: [
          { key: "all", label: l("全部", "All"), filter: null, sort: "-created_at" },
          { key: "mine", label: l("我的", "Mine"), filter: "owner == me", sort: "-created_at" },
          { key: "hot", label: l("A 级线索", "Grade A"), filter: 'grade == "A"', sort: "-score" },
        ].map((view) => ({
          ...view,
          columns: [
            "company",
            "name",
            "source",
            "score",
            "grade",
            "stage",
            "registered_capital",
            "owner",
            "created_at",
          ],
        })),
        operations: [
          {
            name: "touch",
            label: l("记录跟进", "Log a touch"),
            input: [
              field("kind", "choice", "方式", "How", {
                required: true,
                options: options({
                  call: { zh: "电话", en: "Call" },
                  wechat: { zh: "微信", en: "WeChat" },
                  visit: { zh: "拜访", en: "Visit" },
                }),
              }),
              field("outcome", "choice", "结果", "Outcome", {
                required: true,
                options: options({
                  reached: { zh: "已接通", en: "Reached" },
                  no_answer: { zh: "未接通", en: "No answer" },
                  interested: { zh: "有意向", en: "Interested" },
                }),
              }),
              field("next_contact_at", "datetime", "下次联系", "Next contact"),
              field("note", "long_text", "备注", "Note"),
            ],
          },
          {
            name: "discard",
            label: l("废弃", "Discard"),
            input: [field("reason", "text", "原因", "Reason", { required: true })],
            confirm: l("废弃后，线索会离开你的列表。", "It will leave your list."),
          },
        ],
        clocks: true,
      },
    ],
    pipelines: [
      {
        key: "lead",
        object: "lead",
        field: "stage",
        stages: STAGES.map(([key, zh, en, outcome]) => ({ key, label: l(zh, en), outcome })),
      },
    ],
    clocks: [{ key: "first_touch", label: l("首次触达", "First touch"), object: "lead" }],
    scorecards: [{ key: "lead_score", label: l("线索评分", "Lead score"), object: "lead" }],
  };
}

export const ME = {
  person: { id: "person-1", login: "sales1", name: "陈思", locale: "zh-CN" },
  roles: [{ key: "sales", label: "销售" }],
  departments: [{ id: "east", label: "华东销售一部" }],
  company: { id: "c1", name: "远航科技", time_zone: "Asia/Shanghai", currency: "CNY" },
  now: new Date(NOW).toISOString(),
};

const PLACES = ["深圳", "厦门", "成都", "杭州", "合肥", "宁波", "苏州", "武汉", "青岛", "佛山"];
const NAMES = [
  "云启精密机械",
  "瑞凯电子商务",
  "恒锐智能装备",
  "华信供应链管理",
  "金石医疗科技",
  "博远信息技术",
  "聚能生物科技",
  "明德新材料",
];
const CONTACTS = ["张洋", "徐浩然", "刘子涵", "孙敏", "王伟", "周思远", "王勇"];

export function leads(count: number) {
  return Array.from({ length: count }, (_, i) => {
    const due = i * 2.6 - 4;
    const met = i % 7 === 5;
    const score = (i * 37 + 38) % 100;
    const person = PEOPLE[i % 4];
    return {
      id: `lead-${i + 1}`,
      version: 3,
      created_at: iso(-1 - i * 6),
      updated_at: iso(-i * 3),
      owner: person && i % 9 !== 8 ? { id: person.id, label: person.name } : null,
      company: `${PLACES[i % 10]}${NAMES[i % 8]}有限公司`,
      name: CONTACTS[i % 7],
      phone: `1380013${String(8000 + i)}`,
      email: `contact${i + 1}@example.com`,
      source: Object.keys(SOURCES)[i % 5],
      needs: i % 3 === 0 ? ["crm", "report"] : null,
      title: "采购经理",
      industry: "智能制造",
      city: PLACES[i % 10],
      registered_capital: String(((i * 7919) % 900) * 10_000 + 320_000),
      employees: 120 + i,
      page_seconds: 214,
      win_rate: "0.35",
      next_contact_at: iso(1500),
      key_account: i % 2 === 0,
      note: null,
      stage: ["new", "new", "contacted", "new", "qualified"][i % 5],
      score,
      grade: score >= 70 ? "A" : score >= 45 ? "B" : "C",
      clocks: [
        {
          id: `clock-${i + 1}`,
          policy: "first_touch",
          label: "首次触达",
          started_at: iso(due - 30),
          due_at: iso(due),
          state: met ? "met" : due <= 0 ? "breached" : "running",
          color: due <= 0 ? "red" : due <= 5 ? "amber" : "green",
          met_at: met ? iso(due - 3) : null,
        },
      ],
    };
  });
}

export type Lead = ReturnType<typeof leads>[number];

export const EXPLANATION = {
  score: {
    scorecard: "lead_score",
    total: 85,
    grade: "A",
    factors: [
      { key: "source", label: "来源", points: 10, max: 25, reason: "来源是官网表单" },
      { key: "dwell", label: "页面停留", points: 20, max: 20, reason: "停留 214 秒，超过 180 秒" },
      { key: "paper", label: "下载资料", points: 15, max: 15, reason: "下载了 1 份白皮书" },
      {
        key: "capital",
        label: "企业规模",
        points: 15,
        max: 15,
        reason: "注册资本 800 万元，超过 500 万元",
      },
      {
        key: "complete",
        label: "信息完整",
        points: 25,
        max: 25,
        reason: "公司、联系人、电话、行业、城市都已填写",
      },
      { key: "freq", label: "互动频次", points: 0, max: 10, reason: "还没有互动" },
    ],
  },
  assignment: {
    policy: "online",
    label: "线上线索轮转",
    chosen: { id: "person-1", label: "陈思" },
    at: iso(-1),
    candidates: [
      {
        person: { id: "person-1", label: "陈思" },
        eligible: true,
        reason: "轮到的下一位，在手 12 条，还有余量",
      },
      { person: { id: "person-2", label: "周航" }, eligible: true, reason: "刚分配过，排在后面" },
      {
        person: { id: "person-3", label: "林晓" },
        eligible: false,
        reason: "在手 30 条，已到上限",
      },
      {
        person: { id: "person-4", label: "徐婷" },
        eligible: false,
        reason: "今日配额 20 条已用完",
      },
    ],
  },
  gates: [
    { to: "contacted", label: "已联系", met: true, unmet: [] },
    {
      to: "qualified",
      label: "已确认需求",
      met: false,
      unmet: [{ kind: "field", field: "industry", label: "行业", detail: "必须填写" }],
    },
  ],
  clocks: [
    {
      id: "clock-1",
      policy: "first_touch",
      label: "首次触达",
      state: "running",
      started_at: iso(-8),
      due_at: iso(22),
      met_at: null,
      rungs: [
        { at: "-5m", due_at: iso(17), fired_at: null, do: ["提醒负责人"] },
        { at: "0m", due_at: iso(22), fired_at: null, do: ["提醒负责人", "升级给上级"] },
        { at: "24h", due_at: iso(22 + 24 * 60), fired_at: null, do: ["按“线上线索轮转”重新分配"] },
      ],
    },
    {
      id: "clock-0",
      policy: "assign",
      label: "5 分钟分配",
      state: "met",
      started_at: iso(-8),
      due_at: iso(-3),
      met_at: iso(-8),
      rungs: [{ at: "0m", due_at: iso(-3), fired_at: iso(-3), do: ["报警给主管"] }],
    },
  ],
};

export const TIMELINE = {
  items: [
    {
      id: "e5",
      at: iso(-1),
      type: "lead.touch",
      label: "记录跟进",
      actor: { id: "person-1", label: "陈思" },
      changes: { stage: ["new", "contacted"], next_contact_at: [null, iso(1500)] },
    },
    {
      id: "e4",
      at: iso(-4),
      type: "clock.breached",
      label: "首次触达超时",
      actor: null,
      changes: {},
      why: { reason: "30 分钟内没有触达记录" },
    },
    {
      id: "e3",
      at: iso(-8),
      type: "record.assigned",
      label: "分配给陈思",
      actor: null,
      changes: { owner: [null, { id: "person-1", label: "陈思" }] },
      why: { assignment: { label: "线上线索轮转" } },
    },
    {
      id: "e2",
      at: iso(-8),
      type: "record.scored",
      label: "评分",
      actor: null,
      changes: { score: [null, 85], grade: [null, "A"] },
      why: { score: { total: 85, grade: "A" } },
    },
    {
      id: "e1",
      at: iso(-8),
      type: "record.created",
      label: "线索进入",
      actor: null,
      changes: {
        company: [null, "深圳云启精密机械有限公司"],
        source: [null, "website"],
        registered_capital: [null, "8000000"],
      },
    },
  ],
  next_cursor: null,
};

export const NOTICES = [
  {
    id: "n1",
    at: iso(-1),
    type: "assigned",
    title: "新线索：深圳云启精密机械有限公司",
    body: "A 级 · 官网表单 · 张洋 13800138000\n30 分钟内首次触达",
    object: "lead",
    record: "lead-1",
    read_at: null,
    level: "info",
  },
  {
    id: "n2",
    at: iso(-6),
    type: "clock",
    title: "首次触达还剩 5 分钟",
    body: "厦门瑞凯电子商务有限公司",
    object: "lead",
    record: "lead-2",
    read_at: null,
    level: "warning",
  },
  {
    id: "n3",
    at: iso(-50),
    type: "clock",
    title: "首次触达已超时",
    body: "成都恒锐智能装备有限公司，已通知主管",
    object: "lead",
    record: "lead-3",
    read_at: iso(-40),
    level: "danger",
  },
];
