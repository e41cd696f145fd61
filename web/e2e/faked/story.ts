/** What happened to the made-up lead and why, and the notices about it. */
import { iso } from "./company";

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
  stage_since: iso(-3 * 24 * 60 - 5),
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
      reckoning: {
        calendar: "duty",
        label: "值班时间",
        time_zone: "Asia/Shanghai",
        target: 1800,
        counted: [{ from: iso(-8), to: iso(22), seconds: 1800 }],
        skipped: [],
        assumed_years: [],
        more: false,
        left: null,
      },
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

/** What to say to the first lead's people. */
export const PLAYBOOK = {
  key: "website",
  label: "官网表单话术",
  version: 1,
  contact: {
    key: "first",
    label: "第一次联系",
    sections: [
      {
        key: "opening",
        label: "开场",
        items: [
          { key: "who", text: "张洋您好，我是陈思。您在我们官网留了资料。", answer: null },
          { key: "why_now", text: "想先听您说：是正在选型，还是遇到了问题？", answer: null },
        ],
      },
      {
        key: "objections",
        label: "异议与应答",
        items: [{ key: "price", text: "你先报个价吧。", answer: "价格跟数量和交期有关。" }],
      },
    ],
  },
};

export const OUTLOOKS = {
  version: 3,
  items: [
    { name: "touch", label: "记录跟进" },
    { name: "discard", label: "废弃" },
  ].map((one) => ({
    ...one,
    allowed: true,
    code: null,
    reason: null,
    unmet: [],
  })),
};

export const TRANSFERS = {
  items: [
    {
      id: "t2",
      at: iso(-3),
      from: { id: "person-2", label: "周航" },
      to: { id: "person-1", label: "陈思" },
      by: { id: "person-9", label: "何经理" },
      by_kind: "person",
      policy: null,
      label: null,
      reason: "手工转移",
      note: "客户要求换人对接",
    },
    {
      id: "t1",
      at: iso(-8),
      from: null,
      to: { id: "person-2", label: "周航" },
      by: null,
      by_kind: "channel",
      policy: "online",
      label: "线上线索轮转",
      reason: "新线索",
      note: null,
    },
  ],
  next_cursor: null,
};
