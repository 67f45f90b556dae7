/**
 * What the mirror calls of `@huggingface/hub`, by name. Required, since tsx rewrites each dynamic `import` in the library's
 * file of modules, with a source map of all of it: 30 MB and 130 ms of CPU. The build imports these names instead, so that
 * the rest of the library does not get into the one file.
 */
import { createRequire } from 'node:module'

const { createBranch, pathsInfo } = createRequire(import.meta.url)(
  '@huggingface/hub',
) as typeof import('@huggingface/hub')

/** The functions as they come from the library. */
export const hubLibrary = { createBranch, pathsInfo }
