/** The view: which paths are mirrored. All others are never compared, copied, counted or deleted on either side. */

/** Files that tell a clone where to fetch from: nobody on the other side may set them. */
const redirects = new Set(['.lfsconfig', '.gitmodules'])

/**
 * `set`: the view's name in the trailers of copies, null for the default one. `added`: tells which paths it includes
 * that the view of another name does not; null where there are none.
 */
export interface View {
  readonly includes: (path: string) => boolean
  readonly set: string | null
  readonly added: (set: string | null) => ((path: string) => boolean) | null
}

const dotGithubSet = 'dot-github'
/** The name for a commit that both sides have: it is equal in every view. */
export const everySet = '*'

/**
 * `.github/` stays outside unless asked for. Workflows stay outside in any case, on both sides: a writer on Hugging
 * Face must not get code run in GitHub's CI, and files that travel one way alone would make the sides differ for ever.
 */
export function createView({ dotGithub }: { readonly dotGithub: boolean }): View {
  return {
    includes(path) {
      // Called for every path, so that most are let through by two looks at a character.
      const nameAt = path.lastIndexOf('/') + 1
      if (path.charAt(nameAt) === '.' && redirects.has(path.slice(nameAt).toLowerCase())) return false
      if (!path.startsWith('.')) return true
      const [folder, inside] = path.toLowerCase().split('/')
      return folder !== '.github' || (dotGithub && inside !== 'workflows')
    },
    set: dotGithub ? dotGithubSet : null,
    added: (set) =>
      dotGithub && set !== dotGithubSet && set !== everySet
        ? (path) => path.toLowerCase().startsWith('.github/')
        : null,
  }
}

/** Whether a file holds git's rules for paths. Such a file is merged rule by rule, and is never an object. */
export function isAttributes(path: string): boolean {
  return path === '.gitattributes' || path.endsWith('/.gitattributes')
}
