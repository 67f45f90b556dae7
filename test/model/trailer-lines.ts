/** Trailers of one commit, as texts and parsed. */

export const oid = '3f2a9c1d6b0e8f7a5c4b3a29181706f5e4d3c2b1'

export const tree = '0123456789abcdef0123456789abcdef01234567'

export const link = `https://github.com/acme/corpus/commit/${oid}`

export const from = `Mirrored-From: ${link}`

export const absent = {
  mirroredFrom: null,
  mirroredPart: null,
  mirroredTree: null,
  mirroredOnto: null,
  mirroredBranches: { github: 'main', huggingface: 'main' },
  mirroredSet: null,
  mirroredLfs: null,
  mirroredUntil: null,
  mirroredUndo: null,
}

export const commit = { repository: { side: 'github', type: 'repository', name: 'acme/corpus' }, oid }
