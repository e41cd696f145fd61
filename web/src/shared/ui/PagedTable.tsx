/** A plain table that comes a page at a time: waiting, failing and finding nothing are told in its place. */
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ComponentProps, ReactNode } from "react";
import { Button } from "./Button";
import { Empty, ErrorState, Skeleton } from "./States";
import { Table } from "./Table";
import styles from "./Table.module.css";

type Pages<Row> = UseInfiniteQueryResult<InfiniteData<{ items: Row[] }>>;

interface PagedTableProps<Row> extends Omit<ComponentProps<typeof Table<Row>>, "rows"> {
  pages: Pages<Row>;
  /** What is said where there are no rows. */
  empty: ComponentProps<typeof Empty>;
  /** What fetches the next page is called, given how many rows are there. */
  more: (shown: number) => ReactNode;
}

export function PagedTable<Row>({ pages, empty, more, ...table }: PagedTableProps<Row>) {
  const { data, error, refetch, fetchNextPage } = pages;
  if (!data) {
    return error ? (
      <ErrorState error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton lines={10} />
    );
  }
  const rows = data.pages.flatMap((page) => page.items);
  if (rows.length === 0) return <Empty {...empty} />;
  return (
    <>
      <Table {...table} rows={rows} />
      {/* What has come stays when the next page doesn't. */}
      {pages.isFetchNextPageError ? (
        <ErrorState error={error} onRetry={() => void fetchNextPage()} />
      ) : (
        pages.hasNextPage && (
          <div className={styles.more}>
            <Button busy={pages.isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {more(rows.length)}
            </Button>
          </div>
        )
      )}
    </>
  );
}
