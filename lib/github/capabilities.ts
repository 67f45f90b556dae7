import type { Capabilities } from '../model/capabilities.ts'

export const capabilities: Capabilities = {
  merges: true,
  atomic: true,
  modes: true,
  rules: true,
  authors: true,
  closesIssues: true,
  beginsWith: new Set(),
  countsFiles: true,
  newOnly: false,
  // As many as git-lfs asks for.
  objectsMax: 100,
}
