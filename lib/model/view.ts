/** Which paths are mirrored. What is outside is never compared, copied, counted or deleted on either side. */

/** Files that redirect what a GitHub clone fetches: nobody on the other side may set them. */
const redirects = new Set(['.lfsconfig', '.gitmodules'])

/**
 * `set`: its name in the trailers of copies, null for the default. `added`: the paths that it holds and that a view of
 * another name did not, null where there are none.
 */
export interface View {
  readonly includes: (path: string) => boolean
  readonly set: string | null
  readonly added: (set: string | null) => ((path: string) => boolean) | null
}

const dotGithubSet = 'dot-github'
/** Of a commit that both sides have: whatever is mirrored is equal. */
export const everySet = '*'

/**
 * `.github/**` belongs to GitHub unless asked for. Workflows stay outside in any case and on both sides: a writer on
 * Hugging Face must not get code run in GitHub's CI, and what cannot travel one way would make every later comparison
 * unequal.
 */
export function createView({ dotGithub }: { readonly dotGithub: boolean }): View {
  return {
    includes(path) {
      // Asked of every path: what has no dot where these names have one is inside at a glance.
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

/** Whether a file holds git's rules for paths: it is mirrored rule by rule, and never as an object. */
export function isAttributes(path: string): boolean {
  return path === '.gitattributes' || path.endsWith('/.gitattributes')
}
