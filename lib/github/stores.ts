/** How each file is stored on GitHub, plain or as an LFS object: `.gitattributes` and one limit decide. */
import { isLfsPath, type Attributes } from '../gitattributes/rules.ts'
import { contentByteLength, objectOf } from '../model/content.ts'
import { isAttributes, pathsOf } from '../model/entry.ts'
import type { Draft, Store } from '../model/remote.ts'
import type { Api } from './api.ts'
import { readRules } from './entries.ts'

/** A larger LFS object is not made a plain file, which would be in everybody's clone for ever, unless it is said otherwise. */
export const plainObjectMax = 10_000_000

/**
 * How each file is to be stored (`readStores` of the contract). Empty files are plain, as git-lfs leaves them. `.gitattributes`
 * is plain, since git does not look into an object for rules. `plainMax`: bytes of the largest LFS object that becomes a plain file.
 */
export async function readStores(
  api: Api,
  head: string | null,
  files: readonly Draft[],
  { attributes, plainMax }: { readonly attributes: Attributes; readonly plainMax: number },
): Promise<Map<string, Store>> {
  const rules = head === null ? attributes : await readRules(api, head, pathsOf(files), attributes)
  const stores = new Map<string, Store>()
  for (const file of files) {
    const store = chooseStore(file, rules, plainMax)
    if (store !== 'plain') stores.set(file.path, store)
  }
  return stores
}

function chooseStore({ path, content, was }: Draft, rules: Attributes, plainMax: number): Store {
  const byteLength = contentByteLength(content)
  if (byteLength === 0 || isAttributes(path)) return 'plain'
  if (isLfsPath(rules, path)) return 'lfs'
  // Without a rule, git and the next run would take the pointer for a text.
  return objectOf(content) && (was?.lfs || byteLength > plainMax) ? 'lfs without a rule' : 'plain'
}
