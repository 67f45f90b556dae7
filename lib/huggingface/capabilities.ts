import type { Capabilities } from '../model/capabilities.ts'

/** What Hugging Face can do. */
export const capabilities: Capabilities = {
  merges: false,
  atomic: false,
  modes: false,
  rules: false,
  authors: false,
  closesIssues: false,
  beginsFilled: true,
  countsFiles: false,
}
