import { expect, test, type APIRequestContext, type Page } from "@playwright/test";

const KEY = { "Closeloop-Intake-Key": "demo-website" };

interface Lane {
  person: { id: string; label: string } | null;
  items: { record: { id: string; company: string; owner: { id: string } } }[];
}

async function signIn(page: Page, login: string): Promise<void> {
  await page.goto("/boards/lead_lights");
  await page.getByLabel("账号").fill(login);
  await page.getByLabel("密码").fill("closeloop-demo");
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.getByRole("heading", { name: "红绿灯看板" })).toBeVisible();
}

/** Post a lead and return whose lane it stands in. */
async function postLead(request: APIRequestContext, page: Page, company: string): Promise<string> {
  const phone = `136${String(Date.now()).slice(-8)}`;
  const data = { company, name: "张洋", phone, source: "website" };
  const answer = await request.post("/api/v1/intake/website", { headers: KEY, data });
  expect(answer.status()).toBe(201);
  const { id } = (await answer.json()) as { id: string };
  const lead = await page.request.get(`/api/v1/objects/lead/records/${id}`);
  return ((await lead.json()) as { owner: { label: string } }).owner.label;
}

test("a manager drags a lead to somebody else, takes it back, and sees it come by itself", async ({
  page,
  request,
}) => {
  await page.setViewportSize({ width: 2800, height: 900 });
  await signIn(page, "manager1");
  const company = `0看板-${Date.now()}`;
  const owner = await postLead(request, page, company);
  const mine = page.getByRole("region", { name: owner, exact: true });
  await expect(mine.getByText(/^待首次触达 \d+$/)).toBeVisible();
  const more = mine.getByRole("button", { name: "再显示一些" });
  const card = page.getByRole("article").filter({ hasText: company });
  await expect(more.or(card).first()).toBeVisible();
  if (await more.isVisible()) await more.click();
  await card.scrollIntoViewIfNeeded();

  const board = (await (await page.request.get("/api/v1/boards/lead_lights")).json()) as {
    lanes: Lane[];
  };
  const other = board.lanes.find((lane) => lane.person && lane.person.label !== owner)?.person;
  if (!other) throw new Error("nobody to drag to");
  const target = page.getByRole("region", { name: other.label, exact: true });
  const [from, to] = [await card.boundingBox(), await target.boundingBox()];
  if (!from || !to) throw new Error("nothing to drag");
  await page.mouse.move(from.x + 40, from.y + from.height - 12);
  await page.mouse.down();
  await page.mouse.move(from.x + 60, from.y + from.height - 20, { steps: 4 });
  await page.mouse.move(to.x + to.width / 2, to.y + 200, { steps: 8 });
  await page.mouse.up();
  await expect(page.getByText(`已把“${company}”转给${other.label}`)).toBeVisible();
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(page.getByText("已撤销")).toBeVisible();
  const found = await page.request.get("/api/v1/objects/lead/records", {
    params: { filter: `company == "${company}"` },
  });
  const { items } = (await found.json()) as { items: { owner: { label: string } }[] };
  expect(items.map((item) => item.owner.label)).toEqual([owner]);
});
