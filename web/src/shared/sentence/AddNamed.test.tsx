import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { AddNamed } from "./AddNamed";

test("what is changed while a key is being proposed is still there with the new one", async () => {
  let answer: (response: Response) => void = () => {};
  vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => (answer = resolve)));
  function Holder() {
    const [names, setNames] = useState(["old"]);
    return (
      <>
        <button onClick={() => setNames(["renamed"])}>rename</button>
        <output>{names.join()}</output>
        <AddNamed
          label="add"
          hint=""
          stem="option"
          taken={names}
          onAdd={(key) => setNames([...names, key])}
        />
      </>
    );
  }
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Holder />
    </QueryClientProvider>,
  );
  fireEvent.change(screen.getByRole("textbox"), { target: { value: "Fresh" } });
  fireEvent.click(screen.getByRole("button", { name: "add" }));
  fireEvent.click(screen.getByRole("button", { name: "rename" }));
  await waitFor(() => expect(screen.getByRole("status").textContent).toBe("renamed"));
  answer(new Response(JSON.stringify({ name: "fresh" }), { status: 200 }));
  await waitFor(() => expect(screen.getByRole("status").textContent).toBe("renamed,fresh"));
  vi.unstubAllGlobals();
});
