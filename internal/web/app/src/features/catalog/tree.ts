// The tree of competencies is a flat list in tree order: each before those below it.

export type TreeNode = { competency: { code: string; name: string; nameEn: string | null; pointCount: number }; depth: number }

// Row is a competency that is seen, because all above it are open.
export type Row = { node: TreeNode; parent: number | null; place: number; siblings: number; hasChildren: boolean; open: boolean }

// visibleRows returns what is seen of a tree. Parent is the row above in the tree; place is the
// position among siblings, from 1.
export function visibleRows(nodes: readonly TreeNode[], open: ReadonlySet<string>): Row[] {
  const rows: Row[] = []
  const above: number[] = [] // the rows on the way down to the current one, by depth
  let hidden = Number.POSITIVE_INFINITY // the depth from which nothing is seen
  const families = new Map<number | null, number[]>()
  nodes.forEach((node, i) => {
    if (node.depth >= hidden) return
    const hasChildren = (nodes[i + 1]?.depth ?? 0) > node.depth
    const isOpen = hasChildren && open.has(node.competency.code)
    hidden = isOpen ? Number.POSITIVE_INFINITY : node.depth + 1
    const parent = node.depth === 0 ? null : (above[node.depth - 1] ?? null)
    above[node.depth] = rows.length
    const family = families.get(parent) ?? []
    families.set(parent, family)
    family.push(rows.length)
    rows.push({ node, parent, place: family.length, siblings: 0, hasChildren, open: isOpen })
  })
  for (const family of families.values()) for (const row of family) rows[row]!.siblings = family.length
  return rows
}

// ancestorsOf returns the codes of the competencies above one, the highest first.
export function ancestorsOf(nodes: readonly TreeNode[], code: string): string[] {
  const above: string[] = []
  for (const node of nodes) {
    above.length = Math.min(above.length, node.depth)
    if (node.competency.code === code) return above
    above[node.depth] = node.competency.code
  }
  return []
}

// initiallyOpen opens a small tree whole, and of a large one only the way to what is chosen.
export function initiallyOpen(nodes: readonly TreeNode[], chosen: string | null): Set<string> {
  if (nodes.length <= 60) return new Set(nodes.map((n) => n.competency.code))
  return new Set(chosen === null ? [] : ancestorsOf(nodes, chosen))
}
