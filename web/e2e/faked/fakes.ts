/** Answers a page's requests from the made-up company; a test changes what it needs. */
import type { Page, Route } from "@playwright/test";
import { catalogIn, leads, ME, NOW, PEOPLE, type Lead } from "./company";
import { EXPLANATION, NOTICES, OUTLOOKS, PLAYBOOK, TIMELINE, TRANSFERS } from "./story";

export interface World {
  signedIn: boolean;
  leads: Lead[];
  /** Requests other than reading, as they came. */
  sent: { method: string; path: string; body: unknown }[];
  /** The query of every list request. */
  asked: URLSearchParams[];
  /** Server-sent events of the next connection. */
  stream: { event: string; data: unknown }[];
  /** The events are held back until then. */
  streamAfter?: Promise<unknown>;
  /** Answers that a test gives instead, by `METHOD path` below /api/v1. */
  instead: Map<
    string,
    (body: unknown, query: URLSearchParams) => { status: number; body?: unknown }
  >;
}

function streamText(events: World["stream"]): string {
  const lines = events.map(
    ({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`,
  );
  return `retry: 3600000\n\n${lines.join("")}`;
}

function answer(
  world: World,
  method: string,
  path: string,
  query: URLSearchParams,
  locale: string,
) {
  const record = /^\/objects\/lead\/records\/([^/]+)(\/.*)?$/.exec(path);
  if (method === "POST" && path === "/session") return { status: 204 };
  if (!world.signedIn)
    return { status: 401, body: { title: "Unauthorized", status: 401, code: "not_signed_in" } };
  if (path === "/me") return { status: 200, body: ME };
  if (path === "/catalog") return { status: 200, body: catalogIn(locale) };
  if (path === "/people") return { status: 200, body: { items: PEOPLE, next_cursor: null } };
  if (path === "/objects/lead/views") {
    const items = catalogIn(locale).objects[0]?.views.map((view, i) => ({
      ...view,
      count: [5000, 214, 86][i],
      count_is: "exact",
    }));
    return { status: 200, body: { items } };
  }
  if (path === "/objects/lead/aggregate") return { status: 200, body: { groups: [], more: false } };
  if (path === "/desk") {
    return { status: 200, body: { todos: [], clocks: { items: [] }, figures: [] } };
  }
  if (path === "/notifications") {
    return { status: 200, body: { items: NOTICES, next_cursor: null, unread: 2 } };
  }
  if (path === "/objects/lead/records" && method === "GET") {
    world.asked.push(query);
    const body = {
      items: world.leads.slice(0, 50),
      next_cursor: null,
      total: world.leads.length && 5000,
      total_is: "exact",
    };
    return { status: 200, body };
  }
  if (path === "/objects/lead/records") return { status: 201, body: world.leads[0] };
  if (record?.[2] === "/timeline") return { status: 200, body: TIMELINE };
  if (record?.[2] === "/playbook") return { status: 200, body: { playbook: PLAYBOOK } };
  if (record?.[2] === "/operations") return { status: 200, body: OUTLOOKS };
  if (record?.[2] === "/transfers") return { status: 200, body: TRANSFERS };
  if (record?.[2] === "/duplicates") return { status: 200, body: { items: [], more: false } };
  if (record?.[2] === "/explain") return { status: 200, body: EXPLANATION };
  if (record) {
    const found = world.leads.find((one) => one.id === record[1]);
    return found
      ? { status: 200, body: found }
      : { status: 404, body: { title: "Not found", status: 404, code: "not_found" } };
  }
  return { status: 204 };
}

/** Fake the server for a page and stop its clock at the company's morning. */
export async function fakeServer(page: Page, given: Partial<World> = {}): Promise<World> {
  const world: World = {
    signedIn: true,
    leads: leads(50),
    sent: [],
    asked: [],
    stream: [],
    instead: new Map(),
    ...given,
  };
  await page.clock.install({ time: NOW });
  await page.route("**/api/v1/**", async (route: Route) => {
    const request = route.request();
    const url = new URL(request.url());
    const path = url.pathname.replace("/api/v1", "");
    const method = request.method();
    if (path === "/stream") {
      await world.streamAfter;
      const body = streamText(world.stream.splice(0));
      return route.fulfill({ status: 200, contentType: "text/event-stream", body });
    }
    const sentType = request.headers()["content-type"] ?? "";
    const body: unknown = sentType.includes("json") ? request.postDataJSON() : request.postData();
    const asks = method === "GET" || path.endsWith("/aggregate");
    if (!asks) world.sent.push({ method, path, body });
    const locale = request.headers()["accept-language"] ?? "zh-CN";
    const told =
      world.instead.get(`${method} ${path}`)?.(body, url.searchParams) ??
      answer(world, method, path, url.searchParams, locale);
    if (method === "POST" && path === "/session" && told.status === 204) world.signedIn = true;
    return route.fulfill({
      status: told.status,
      contentType: told.status < 400 ? "application/json" : "application/problem+json",
      body: told.body === undefined ? "" : JSON.stringify(told.body),
    });
  });
  return world;
}
