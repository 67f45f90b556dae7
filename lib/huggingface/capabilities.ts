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
  newOnly: false,
  // As many as the Hub's own client asks for (`lfs.py` of huggingface_hub). Nobody has published a limit.
  objectsMax: 256,
}
