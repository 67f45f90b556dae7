/** Many paths in few lines: folders stand for what is in them, and nothing is left out. */

/**
 * One line: a single file, or a folder for all of `items`. `name` ends in `/` for everything below a folder, in `/*` for
 * the files right in it, and is in brackets for folders that have no line of their own. `prefix`: the folder's path, with
 * which the paths of all items begin.
 */
export interface Folded<T> {
  readonly name: string
  readonly prefix: string
  readonly isFolder: boolean
  readonly items: readonly T[]
}

/** A folder that may still be opened. `prefix` is empty or ends in a slash. */
interface Node<T> {
  readonly prefix: string
  readonly items: readonly T[]
  readonly folders: ReadonlyMap<string, readonly T[]>
  readonly files: readonly T[]
}

function sortOut<T>(prefix: string, items: readonly T[], pathOf: (item: T) => string): Node<T> {
  const folders = new Map<string, T[]>()
  const files: T[] = []
  for (const item of items) {
    const path = pathOf(item)
    const end = path.indexOf('/', prefix.length)
    const folder = end === -1 ? null : path.slice(0, end + 1)
    const known = folder === null ? files : folders.get(folder)
    if (known) known.push(item)
    else folders.set(folder!, [item])
  }
  return { prefix, items, folders, files }
}

/** Of more top folders than lines those with most items, and the others' items: at least one line is left for each. */
function splitTop<T>(root: Node<T>, most: number): { readonly top: Node<T>; readonly others: readonly T[] } {
  const room = most - Math.min(1, root.files.length)
  if (root.folders.size <= room || room < 2) return { top: root, others: [] }
  const order = [...root.folders].toSorted(([, a], [, b]) => b.length - a.length)
  const others = order.slice(room - 1).flatMap(([, inside]) => inside)
  return { top: { ...root, folders: new Map(order.slice(0, room - 1)) }, others }
}

/**
 * At most `most` lines (at least one) that together hold each item once. Folders are opened as long as what is in them
 * fits, small ones first, so that as many names as possible are seen. `namesTop`: of more top folders than lines the
 * largest have lines of their own, which leaves a line that no glob stands for; else they are one line, `./`.
 */
export function fold<T>(items: readonly T[], pathOf: (item: T) => string, most: number, namesTop = false): Folded<T>[] {
  if (items.length === 0) return []
  const lines: Folded<T>[] = []
  const root = sortOut('', items, pathOf)
  const { top, others } = namesTop ? splitTop(root, most) : { top: root, others: [] }
  const rest = others.length > 0 ? [{ name: '(other folders)', prefix: '', isFolder: true, items: others }] : []
  const closed: Node<T>[] = [top]
  const costOf = ({ folders, files }: Node<T>, whole: boolean) =>
    folders.size + (whole ? files.length : Math.min(1, files.length))
  const room = () => most - rest.length - lines.length - closed.length + 1
  const open = (node: Node<T>, whole: boolean) => {
    closed.splice(closed.indexOf(node), 1)
    const { prefix, folders, files } = node
    if (whole || files.length === 1)
      for (const file of files) lines.push({ name: pathOf(file), prefix, isFolder: false, items: [file] })
    else if (files.length > 1) lines.push({ name: `${prefix}*`, prefix, isFolder: true, items: files })
    for (const [folder, inside] of folders)
      if (inside.length === 1) lines.push({ name: pathOf(inside[0]!), prefix: folder, isFolder: false, items: inside })
      else closed.push(sortOut(folder, inside, pathOf))
  }
  for (;;) {
    const sizes = closed.toSorted((a, b) => costOf(a, true) - costOf(b, true))
    const node = sizes.find((one) => costOf(one, true) <= room())
    const part = node ? undefined : sizes.find((one) => one.folders.size > 0 && costOf(one, false) <= room())
    if (node) open(node, true)
    else if (part) open(part, false)
    else break
  }
  for (const { prefix, items: inside } of closed)
    lines.push({ name: prefix || './', prefix, isFolder: true, items: inside })
  const order = new Intl.Collator('en', { numeric: true })
  return [...lines.toSorted((a, b) => order.compare(a.name, b.name) || (a.name < b.name ? -1 : 1)), ...rest]
}

/** How many of `most` lines each group gets that would like so many: small ones all, large ones the same share. */
export function shareLines(wanted: readonly number[], most: number): number[] {
  const shares = wanted.map(() => 0)
  let [left, open] = [most, wanted.filter((want) => want > 0).length]
  for (const [index, want] of [...wanted.entries()].toSorted(([, a], [, b]) => a - b)) {
    if (want === 0) continue
    shares[index] = Math.max(1, Math.min(want, Math.floor(left / open)))
    left -= shares[index]
    open -= 1
  }
  return shares
}
