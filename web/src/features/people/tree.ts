/** Departments as a tree that is shown line by line. */
import type { Department } from "./api";

export interface Branch {
  department: Department;
  depth: number;
  /** How many stand under it, at any depth. */
  below: number;
}

/** Every department under its parent, siblings by name; one whose parent isn't there stands at the top. */
export function branchesOf(departments: readonly Department[]): Branch[] {
  const ids = new Set(departments.map((one) => one.id));
  const under = (parent: string | null) =>
    departments
      .filter((one) => (one.parent && ids.has(one.parent) ? one.parent : null) === parent)
      .sort((a, b) => a.name.localeCompare(b.name, "zh-CN"));
  const walk = (parent: string | null, depth: number): Branch[] =>
    under(parent).flatMap((department) => {
      const inside = walk(department.id, depth + 1);
      return [{ department, depth, below: inside.length }, ...inside];
    });
  return walk(null, 0);
}

/** Where a department may be moved to: not into itself, nor to what stands under it. */
export function targetsOf(branches: readonly Branch[], moved: string): Branch[] {
  const at = branches.findIndex((one) => one.department.id === moved);
  const branch = branches[at];
  if (!branch) return [...branches];
  return branches.filter((_, i) => i < at || i > at + branch.below);
}
