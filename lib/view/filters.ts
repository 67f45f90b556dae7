/** What people say of what is mirrored, as data: all that the reading of options needs of a view. */
import { listIgnoreRules } from '../gitattributes/ignore.ts'
import type { Paths } from './paths.ts'

/**
 * What is mirrored, as data. Patterns are those of `.gitignore`: a path is inside if it, or a folder above it, fits
 * `include` (none: all paths) and not `exclude`. `ignore`: the texts of `.mirrorignore` that count, several where the
 * two sides do not agree: then what one of them names is outside. `frontMatter`: the card's front matter stays on its
 * side. `paths`: the mapping by which a side shows its paths; null where it shows them as they are.
 */
export interface Filters {
  readonly dotGithub: boolean
  readonly frontMatter: boolean
  readonly paths: Paths | null
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly ignore: readonly string[]
}

/** The filters where nobody asks for any. */
export const noFilters: Filters = {
  dotGithub: false,
  frontMatter: false,
  paths: null,
  include: [],
  exclude: [],
  ignore: [],
}

/** Whether a line of a list can take a path, or give one back. */
export function isPattern(text: string): boolean {
  return listIgnoreRules(text).length > 0
}
