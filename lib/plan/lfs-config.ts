/** The text of `.lfsconfig`, by which clones fetch LFS objects from another server (git-lfs-config(5)). */

export const lfsConfigPath = '.lfsconfig'

/** A section's name, or a key and its value; as far as git's own files go. */
const section = /^[ \t]*\[\s*([A-Za-z0-9.-]+)\s*(?:"[^"]*"\s*)?\]/
const setting = /^[ \t]*([A-Za-z][A-Za-z0-9-]*)[ \t]*=[ \t]*(?:"([^"]*)"|([^#;]*?))[ \t\r]*(?:[#;].*)?$/

function findUrl(text: string): string | null {
  let [inside, url] = [false, null as string | null]
  for (const line of text.split(/\r?\n/)) {
    const name = section.exec(line)?.[1]
    if (name !== undefined) inside = name.toLowerCase() === 'lfs' && !line.includes('"')
    const [, key, quoted, bare] = setting.exec(line) ?? []
    if (inside && key?.toLowerCase() === 'url') url = quoted ?? bare!
  }
  return url
}

/**
 * What the file has to become for clones to fetch from `url`: null where it says so already; the other address, where
 * it names one.
 */
export function editLfsConfig(
  text: string,
  url: string,
): { readonly text: string } | { readonly other: string } | null {
  const found = findUrl(text)
  if (found !== null) return found.replace(/\/+$/, '') === url ? null : { other: found }
  return { text: `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}[lfs]\n\turl = ${url}\n` }
}
