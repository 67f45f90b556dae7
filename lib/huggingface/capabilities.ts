import type { Capabilities } from '../model/capabilities.ts'

export const capabilities: Capabilities = {
  merges: false,
  atomic: false,
  modes: false,
  rules: false,
  authors: false,
  closesIssues: false,
  // A new repository has rules, and a card if a licence was chosen or if it is a Space.
  beginsWith: new Set(['.gitattributes', 'README.md']),
  countsFiles: false,
}
