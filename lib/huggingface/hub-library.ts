/** What the mirror calls of `@huggingface/hub`, by name: the rest of the library does not get into the one file. */
import { createBranch, pathsInfo, whoAmI } from '@huggingface/hub'

/** The three functions as they come from the library. */
export const hubLibrary = { createBranch, pathsInfo, whoAmI }
