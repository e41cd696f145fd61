/** The addresses of the client and what each shows. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import type { ReactNode } from "react";
import { readWatchSearch } from "@/features/assign/watchSearch";
import { words as planWords } from "@/shared/plan/words";
import { words as assignWords } from "@/features/assign/words";
import { words as boardWords } from "@/features/boards/words";
import { words as setupWords } from "@/features/definitions/words";
import { readAsked as readAuditSearch } from "@/features/audit/api";
import { words as audit } from "@/features/audit/words";
import { readPeopleSearch } from "@/features/people/search";
import { words as people } from "@/features/people/words";
import { readAsked as readDeliverySearch } from "@/features/programs/api";
import { words as programs } from "@/features/programs/words";
import { words as deskWords } from "@/features/desk/words";
import { readMetricSearch } from "@/features/metrics/search";
import { words as metricsWords } from "@/features/metrics/words";
import { words as notificationsWords } from "@/features/notifications/words";
import { readPursuedSearch } from "@/features/records/pursued";
import { pursuedWords } from "@/features/records/pursuedWords/words";
import { recordWords } from "@/features/records/recordWords";
import { readListSearch } from "@/features/records/search";
import { words as searchWords } from "@/features/search/words";
import { words as sessionWords } from "@/features/session/words";
import { words as startWords } from "@/features/start/words";
import { ApiError } from "@/shared/api/client";
import { catalogQuery, meQuery } from "@/shared/api/queries";
import { bringWords, type WordSource } from "@/shared/i18n";
import { words as laneWords } from "@/shared/lanes/words";
import { words as sentenceWords } from "@/shared/sentence/words";
import { Shell } from "./Shell";
import { Missing, ShellFailed, ShellPending } from "./places";

/** A page's component by its name, fetched together with its words. */
function page<Name extends string>(
  load: () => Promise<Record<Name, () => ReactNode>>,
  name: Name,
  ...words: WordSource[]
) {
  return lazyRouteComponent(async () => {
    const [module] = await Promise.all([load(), ...words.map(bringWords)]);
    return module;
  }, name);
}

const GATED = new Set(["password_needed", "second_factor_needed"]);

interface Context {
  client: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: Missing,
});

/** As a browser reads it: it takes a backslash for a slash, and passes over tabs and line breaks. */
export function isOwnPath(path: string): boolean {
  return path.startsWith("/") && URL.parse(path, location.origin)?.origin === location.origin;
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  // Only a path of our own: a link must not send a person who signs in elsewhere.
  validateSearch: (search: Record<string, unknown>): { to?: string } =>
    typeof search.to === "string" && isOwnPath(search.to) ? { to: search.to } : {},
  component: page(() => import("@/features/session/SignInPage"), "SignInPage"),
});

const SECURITY = "/account/security";

/** Who has to set a password or second factor first is refused everything else. */
async function catalogUnlessGated(client: QueryClient): Promise<void> {
  try {
    await client.ensureQueryData(catalogQuery);
  } catch (error) {
    if (!(error instanceof ApiError && GATED.has(error.code))) throw error;
  }
}

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: async ({ context: { client }, location }) => {
    try {
      const [me] = await Promise.all([client.ensureQueryData(meQuery), catalogUnlessGated(client)]);
      if (me.must && location.pathname !== SECURITY) throw redirect({ to: SECURITY });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        throw redirect({ to: "/sign-in", search: { to: location.href } });
      }
      throw error;
    }
  },
  component: Shell,
  pendingComponent: ShellPending,
  pendingMs: 300,
  errorComponent: ShellFailed,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/desk" });
  },
});

const notices = createRoute({
  getParentRoute: () => shell,
  path: "/notices",
  component: page(() => import("@/features/notifications/NoticesPage"), "NoticesPage"),
});

const desk = createRoute({
  getParentRoute: () => shell,
  path: "/desk",
  component: page(() => import("./DeskTab"), "DeskTab", deskWords),
});

const search = createRoute({
  getParentRoute: () => shell,
  path: "/search",
  component: page(() => import("./SearchTab"), "SearchTab", searchWords),
});

const me = createRoute({
  getParentRoute: () => shell,
  path: "/me",
  component: page(() => import("./MePage"), "MePage", sessionWords),
});

const metrics = createRoute({
  getParentRoute: () => shell,
  path: "/analysis/metrics",
  validateSearch: readMetricSearch,
  component: page(() => import("@/features/metrics/MetricsPage"), "MetricsPage", metricsWords),
});

const pursued = createRoute({
  getParentRoute: () => shell,
  path: "/analysis/pursued",
  validateSearch: readPursuedSearch,
  component: page(
    () => import("@/features/records/PursuedPage"),
    "PursuedPage",
    ...[recordWords, pursuedWords],
  ),
});

const preferences = createRoute({
  getParentRoute: () => shell,
  path: "/account/notifications",
  component: page(
    () => import("@/features/notifications/PreferencesPage"),
    "PreferencesPage",
    notificationsWords,
  ),
});

const start = createRoute({
  getParentRoute: () => shell,
  path: "/start",
  component: page(() => import("@/features/start/StartPage"), "StartPage", startWords),
});

const board = createRoute({
  getParentRoute: () => shell,
  path: "/boards/$board",
  component: page(() => import("@/features/boards/BoardPage"), "BoardPage", boardWords, laneWords),
});

const security = createRoute({
  getParentRoute: () => shell,
  path: "/account/security",
  component: page(() => import("@/features/session/SecurityPage"), "SecurityPage", sessionWords),
});

const duty = createRoute({
  getParentRoute: () => shell,
  path: "/account/duty",
  component: page(() => import("@/features/people/DutyPage"), "DutyPage", people),
});

const list = createRoute({
  getParentRoute: () => shell,
  path: "/o/$object",
  validateSearch: readListSearch,
  component: page(() => import("@/features/records/ListPage"), "ListPage"),
});

const record = createRoute({
  getParentRoute: () => list,
  path: "records/$id",
  component: page(() => import("@/features/records/RecordDrawer"), "RecordDrawer", recordWords),
});

const create = createRoute({
  getParentRoute: () => list,
  path: "new",
  component: page(() => import("@/features/records/NewRecord"), "NewRecord"),
});

const recordPage = createRoute({
  getParentRoute: () => shell,
  path: "/o/$object/records/$id/full",
  component: page(() => import("@/features/records/RecordPage"), "RecordPage", recordWords),
});

const setup = createRoute({
  getParentRoute: () => shell,
  path: "/setup",
  component: page(() => import("./SetupFrame"), "SetupFrame", setupWords),
});

const setupIndex = createRoute({
  getParentRoute: () => setup,
  path: "/",
  component: page(() => import("./SetupFrame"), "SetupIndex"),
});

const setupPeople = createRoute({
  getParentRoute: () => setup,
  path: "people",
  validateSearch: readPeopleSearch,
  component: page(() => import("@/features/people/PeoplePage"), "PeoplePage", people),
});

const setupDepartments = createRoute({
  getParentRoute: () => setup,
  path: "departments",
  component: page(() => import("@/features/people/DepartmentsPage"), "DepartmentsPage", people),
});

const tokens = createRoute({
  getParentRoute: () => setup,
  path: "tokens",
  component: page(() => import("@/features/programs/TokensPage"), "TokensPage", programs),
});

const webhooks = createRoute({
  getParentRoute: () => setup,
  path: "webhooks",
  component: page(() => import("@/features/programs/WebhooksPage"), "WebhooksPage", programs),
});

const deliveries = createRoute({
  getParentRoute: () => setup,
  path: "deliveries",
  validateSearch: readDeliverySearch,
  component: page(() => import("@/features/programs/DeliveriesPage"), "DeliveriesPage", programs),
});

const trail = createRoute({
  getParentRoute: () => setup,
  path: "audit",
  validateSearch: readAuditSearch,
  component: page(() => import("@/features/audit/AuditPage"), "AuditPage", audit),
});

const releases = createRoute({
  getParentRoute: () => setup,
  path: "releases",
  component: page(() => import("@/features/definitions/ReleasesPage"), "ReleasesPage", setupWords),
});

const watch = createRoute({
  getParentRoute: () => setup,
  path: "watch",
  validateSearch: readWatchSearch,
  component: page(
    () => import("@/features/assign/WatchPage"),
    "WatchPage",
    ...[sentenceWords, assignWords],
  ),
});

const definitions = createRoute({
  getParentRoute: () => setup,
  path: "$kind",
  component: page(() => import("@/features/definitions/KindPage"), "KindPage", setupWords),
});

const definition = createRoute({
  getParentRoute: () => setup,
  path: "$kind/$key",
  // A new definition is nowhere but on the page until its first draft is kept.
  validateSearch: (search: Record<string, unknown>): { label?: string } =>
    typeof search.label === "string" ? { label: search.label } : {},
  component: page(() => import("./EditorPage"), "EditorPage", setupWords, planWords),
});

const tree = root.addChildren([
  signIn,
  shell.addChildren([
    ...[
      home,
      start,
      desk,
      search,
      me,
      metrics,
      pursued,
      board,
      notices,
      preferences,
      security,
      duty,
    ],
    list.addChildren([record, create]),
    recordPage,
    setup.addChildren([
      ...[setupIndex, setupPeople, setupDepartments, tokens, webhooks, deliveries, trail],
      ...[releases, watch, definitions, definition],
    ]),
  ]),
]);

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: "intent",
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
