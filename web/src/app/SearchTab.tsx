/** The search page with the pages that one may go to. */
import { SearchPage } from "@/features/search/SearchPage";
import { usePages } from "./usePages";

export function SearchTab() {
  return <SearchPage pages={usePages()} />;
}
