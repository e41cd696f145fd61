/** Every page there is, for the tests that walk all of them: a new page is a line here. */

/** `{lead}` stands for a lead that the test has made. */
export const PAGES = [
  "/sign-in",
  "/desk",
  "/search",
  "/me",
  "/notices",
  "/analysis/metrics",
  "/account/notifications",
  "/account/security",
  "/boards/lead_lights",
  "/o/lead",
  "/o/lead/new",
  "/o/lead/records/{lead}",
  "/o/lead/records/{lead}/full",
  "/o/customer",
  "/o/todo",
  "/setup",
  "/nowhere",
];
