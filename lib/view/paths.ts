/**
 * Which path of a repository is shown at which path: a folder as the root, and single files and folders elsewhere. The
 * path in the repository is the inner one; the view, and so the other side, has the shown one.
 */
import { digest } from '../model/digest.ts'
import type { Side } from '../model/sides.ts'

/** A file or a folder with all that is below it, in the repository and in the view. Neither ends in a slash. */
export interface Place {
  readonly inner: string
  readonly shown: string
}

/** `side`: whose paths are shown otherwise. `root`: the folder that is shown as the root, `''` for the repository's own. */
export interface Paths {
  readonly side: Side
  readonly root: string
  readonly moved: readonly Place[]
}

/** Whether a path is the folder or below it; all are in `''`. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}

/** The path that is as far below `to` as this one is below `from`. */
function rebase(path: string, from: string, to: string): string {
  if (path === from) return to
  const below = from === '' ? path : path.slice(from.length + 1)
  return to === '' ? below : `${to}/${below}`
}

/** 8 hex digits that are the same for the same mapping, in whatever order it was given. */
export function digestPaths({ side, root, moved }: Paths): string {
  const places = moved.map(({ inner, shown }) => [inner, shown]).toSorted(([a], [b]) => (a! < b! ? -1 : 1))
  return digest([side, root, ...places]).slice(0, 8)
}

/**
 * Both directions of a mapping: inverse where they are defined, so that no two files meet at one path. The longest place
 * that holds a path decides. A path has no counterpart (null) where another place is shown there, where its inner path is
 * shown elsewhere, and where a file of that name would stand above a place.
 */
export class PathMapping {
  readonly #byInner: readonly Place[]
  readonly #byShown: readonly Place[]

  constructor({ root, moved }: Paths) {
    const places = [...moved, { inner: root, shown: '' }]
    const sortBy = (key: keyof Place) => places.toSorted((a, b) => b[key].length - a[key].length)
    this.#byInner = sortBy('inner')
    this.#byShown = sortBy('shown')
  }

  /** Where the file at a path of the repository is shown. */
  toShown(inner: string): string | null {
    const place = this.#byInner.find((one) => isWithin(inner, one.inner))
    const shown = place && rebase(inner, place.inner, place.shown)
    return shown !== undefined && this.#isPair(place!, inner, shown) ? shown : null
  }

  /** Where the file that is shown at a path is in the repository. */
  toInner(shown: string): string | null {
    const place = this.#byShown.find((one) => isWithin(shown, one.shown))!
    const inner = rebase(shown, place.shown, place.inner)
    return this.#isPair(place, inner, shown) ? inner : null
  }

  #isPair(place: Place, inner: string, shown: string): boolean {
    if (this.#byInner.length === 1) return inner !== place.inner
    return (
      shown !== '' &&
      place === this.#byInner.find((one) => isWithin(inner, one.inner)) &&
      place === this.#byShown.find((one) => isWithin(shown, one.shown)) &&
      !this.#byInner.some(
        (one) =>
          (one.inner !== inner && isWithin(one.inner, inner)) || (one.shown !== shown && isWithin(one.shown, shown)),
      )
    )
  }
}
