/** A true subset of GitHub's GraphQL schema: enough to read objects by the batch and to move refs by compare-and-swap. */
import { buildSchema, GraphQLError, parse, validate } from 'graphql'
import type { DocumentNode } from 'graphql'

export const schema = buildSchema(`
  scalar Base64String
  scalar DateTime
  scalar GitObjectID
  scalar GitRefname
  enum RepositoryPermission { ADMIN MAINTAIN READ TRIAGE WRITE }
  interface GitObject { abbreviatedOid: String!, id: ID!, oid: GitObjectID! }
  type Blob implements GitObject {
    abbreviatedOid: String!, id: ID!, oid: GitObjectID!
    byteSize: Int!, isBinary: Boolean, isTruncated: Boolean!, text: String
  }
  type Tree implements GitObject { abbreviatedOid: String!, id: ID!, oid: GitObjectID!, entries: [TreeEntry!] }
  type TreeEntry {
    mode: Int!, name: String!, nameRaw: Base64String!, object: GitObject, oid: GitObjectID!
    path: String, pathRaw: Base64String, size: Int!, type: String!
  }
  type Commit implements GitObject {
    abbreviatedOid: String!, id: ID!, oid: GitObjectID!
    committedDate: DateTime!, file(path: String!): TreeEntry, message: String!, tree: Tree!
  }
  type Ref { id: ID!, name: String!, prefix: String!, target: GitObject }
  type Repository {
    defaultBranchRef: Ref, id: ID!, isArchived: Boolean!, isDisabled: Boolean!, isEmpty: Boolean!, isPrivate: Boolean!, nameWithOwner: String!
    object(expression: String, oid: GitObjectID): GitObject
    ref(qualifiedName: String!): Ref
    viewerPermission: RepositoryPermission
  }
  type Query { repository(followRenames: Boolean = true, name: String!, owner: String!): Repository }
  input RefUpdate { afterOid: GitObjectID!, beforeOid: GitObjectID, force: Boolean = false, name: GitRefname! }
  input UpdateRefsInput { clientMutationId: String, refUpdates: [RefUpdate!]!, repositoryId: ID! }
  type UpdateRefsPayload { clientMutationId: String }
  type Mutation { updateRefs(input: UpdateRefsInput!): UpdateRefsPayload }
`)

/** Queries that were asked before, by their text: they are asked again and again, and to check them costs most. */
const checked = new Map<string, DocumentNode | readonly GraphQLError[]>()

/** A query as it can be executed, or what is wrong with it. */
export function parseQuery(query: string): DocumentNode | readonly GraphQLError[] {
  const known = checked.get(query)
  if (known) return known
  let found: DocumentNode | readonly GraphQLError[]
  try {
    const document = parse(query)
    const errors = validate(schema, document)
    found = errors.length > 0 ? errors : document
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    found = [error]
  }
  if (checked.size >= 200) checked.clear()
  checked.set(query, found)
  return found
}
