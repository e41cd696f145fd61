import { QueryClient, QueryClientProvider, useInfiniteQuery } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { PagedTable } from "./PagedTable";

interface Answer {
  items: string[];
  next: number | null;
}

/** A table whose pages are answered one after the other; an error is one that fails. */
function show(...answers: (Answer | Error)[]) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  function Shown() {
    const pages = useInfiniteQuery({
      queryKey: ["pages"],
      queryFn: () => {
        const answer = answers.shift();
        return answer instanceof Error || !answer
          ? Promise.reject(answer ?? new Error("no more"))
          : Promise.resolve(answer);
      },
      initialPageParam: 0,
      getNextPageParam: (last: Answer) => last.next,
    });
    return (
      <PagedTable
        pages={pages}
        label="words"
        columns={[{ key: "word", label: "word", render: (one: string) => one }]}
        keyOf={(one) => one}
        empty={{ title: "nothing" }}
        more={(shown) => `more than ${shown}`}
      />
    );
  }
  render(
    <QueryClientProvider client={client}>
      <Shown />
    </QueryClientProvider>,
  );
}

test("the rows that are there stay when the next page fails, and it can be asked for again", async () => {
  show({ items: ["a", "b"], next: 2 }, new Error("gone"), { items: ["c"], next: null });
  fireEvent.click(await screen.findByRole("button", { name: "more than 2" }));
  await screen.findByRole("alert");
  expect(screen.getAllByRole("row")).toHaveLength(3);
  fireEvent.click(screen.getByRole("button"));
  expect(await screen.findByText("c")).toBeDefined();
  expect(screen.queryByRole("button")).toBeNull();
});

test("where there is nothing it says so", async () => {
  show({ items: [], next: null });
  expect(await screen.findByText("nothing")).toBeDefined();
});
