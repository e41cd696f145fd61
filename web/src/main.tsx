/** Starts the client: theme and language first, then the page. */
import "@fontsource-variable/inter/wght.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startInstall } from "@/app/install";
import { makeQueryClient } from "@/app/query";
import { makeRouter } from "@/app/router";
import { startI18n } from "@/shared/i18n";
import { setTextScale, startTheme } from "@/shared/media";
import { recall } from "@/shared/storage";
import { Toaster } from "@/shared/ui/Toaster";
import "@/app/tokens.css";
import "@/app/base.css";

const client = makeQueryClient();
const router = makeRouter(client);

startTheme(recall("theme", "system"));
setTextScale(recall("text", 1));
await startI18n();
startInstall();

const place = document.getElementById("root");
if (!place) throw new Error("index.html has no #root");
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
      <Toaster />
    </QueryClientProvider>
  </StrictMode>,
);
