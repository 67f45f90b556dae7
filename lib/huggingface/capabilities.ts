import type { Capabilities } from '../model/capabilities.ts'

/** What Hugging Face can do. */
export const capabilities: Capabilities = {
  merges: false,
  atomic: false,
  modes: false,
  rules: false,
  authors: false,
  closesIssues: false,
  // Its rules, and a card where somebody chose a licence or made a Space.
  beginsWith: new Set(['.gitattributes', 'README.md']),
  countsFiles: false,
}
