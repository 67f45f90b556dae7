/** The text of `.lfsconfig`, by which clones fetch LFS objects from another server (git-lfs-config(5)). */

import { otherSide, type Side, type Sides } from '../model/sides.ts'

export const lfsConfigPath = '.lfsconfig'

/** That `.lfsconfig` says what nobody has said to this run. `store`: the side that keeps the objects. */
export function noteRemembered(store: Side, services: Sides<string>): string {
  return (
    `${lfsConfigPath} on ${services[otherSide[store]]} leads to the LFS objects of ${services[store]}, as an earlier run wrote it: ` +
    `this one goes on with --lfs ${store}. With --lfs both, new ones go to both stores`
  )
}

/** git's configuration syntax, as far as git itself writes it: a section's name, and a key with its value. */
const section = /^[ \t]*\[\s*([A-Za-z0-9.-]+)\s*(?:"[^"]*"\s*)?\]/
const setting = /^[ \t]*([A-Za-z][A-Za-z0-9-]*)[ \t]*=[ \t]*(?:"([^"]*)"|([^#;]*?))[ \t\r]*(?:[#;].*)?$/

/** The value of `lfs.url`; of several the last one counts, as for git. */
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

/** The text with which clones fetch from `url`: null where it does so already, `other` where it names another address. */
export function editLfsConfig(
  text: string,
  url: string,
): { readonly text: string } | { readonly other: string } | null {
  const found = findUrl(text)
  if (found !== null) return found.replace(/\/+$/, '') === url ? null : { other: found }
  return { text: `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}[lfs]\n\turl = ${url}\n` }
}
