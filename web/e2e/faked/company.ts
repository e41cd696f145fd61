/** A small company made up for the faked pages: metadata, people and leads as the contract gives them. */

export const NOW = Date.parse("2026-11-22T02:30:00Z");

export const iso = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
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
        permissions: { create: true, update: true, delete: true, assign: true, merge: true },
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
            playbooks: true,
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
  permissions: { everything: false, people: false, definitions: {}, assigns: [] },
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
