import { describe, expect, test } from 'vitest'
import type { Repository } from '../../lib/model/remote.ts'
import { formatCommitLink, formatRepository, parseCommitLink, sameRepository } from '../../lib/model/repository.ts'

const oid = '3f2a9c1d6b0e8f7a5c4b3a29181706f5e4d3c2b1'
const github: Repository = { side: 'github', type: 'repository', name: 'acme/corpus' }
const hub = (type: Repository['type'], name = 'acme/corpus'): Repository => ({ side: 'huggingface', type, name })

describe('commit links', () => {
  test.each<[server: string, repository: Repository, link: string]>([
    ['https://github.com', github, `https://github.com/acme/corpus/commit/${oid}`],
    ['https://huggingface.co/', hub('dataset'), `https://huggingface.co/datasets/acme/corpus/commit/${oid}`],
    ['https://huggingface.co', hub('model'), `https://huggingface.co/acme/corpus/commit/${oid}`],
    ['https://huggingface.co', hub('space'), `https://huggingface.co/spaces/acme/corpus/commit/${oid}`],
    [
      'http://127.0.0.1:8080',
      hub('dataset', 'Acme/Corpus.v2'),
      `http://127.0.0.1:8080/datasets/Acme/Corpus.v2/commit/${oid}`,
    ],
    ['https://proxy.example/hub', hub('dataset'), `https://proxy.example/hub/datasets/acme/corpus/commit/${oid}`],
  ])('on %s lead to %o and back', (server, repository, link) => {
    expect(formatCommitLink(server, repository, oid)).toBe(link)
    expect(parseCommitLink(link)).toEqual({ repository, oid })
  })

  test('of a model on another host name the same repository', () => {
    const link = parseCommitLink(formatCommitLink('https://hub.example', hub('model'), oid))
    expect(link && sameRepository(link.repository, hub('model'))).toBe(true)
  })

  test.each([
    ['39 hex', `https://github.com/a/b/commit/${oid.slice(1)}`],
    ['41 hex', `https://github.com/a/b/commit/${oid}0`],
    ['capitals', `https://github.com/a/b/commit/${oid.toUpperCase()}`],
    ['a short id', 'https://github.com/a/b/commit/3f2a9c1'],
    ['a branch', 'https://github.com/a/b/commit/main'],
    ['a query', `https://github.com/a/b/commit/${oid}?x`],
    ['a fragment', `https://github.com/a/b/commit/${oid}#x`],
    ['text behind it', `https://github.com/a/b/commit/${oid} x`],
    ['text before it', `see https://github.com/a/b/commit/${oid}`],
    ['another page', `https://github.com/a/b/tree/${oid}`],
    ['no owner', `https://github.com/b/commit/${oid}`],
    ['another scheme', `ftp://github.com/a/b/commit/${oid}`],
    ['a user', `https://u:p@github.com/a/b/commit/${oid}`],
    ['dots', `https://github.com/a/../commit/${oid}`],
    ['a newline', `https://github.com/a/b/commit/${oid}\n`],
    ['nothing', ''],
  ])('with %s are none', (_, url) => {
    expect(parseCommitLink(url)).toBeNull()
  })
})

test.each<[a: Repository, b: Repository, same: boolean]>([
  [github, { ...github, name: 'ACME/Corpus' }, true],
  [github, { ...github, name: 'acme/corpora' }, false],
  [hub('dataset'), hub('dataset', 'Acme/CORPUS'), true],
  [hub('dataset'), hub('space'), false],
  [hub('dataset'), hub('model'), false],
  [hub('dataset'), github, false],
])('%o and %o are the same repository: %s', (a, b, same) => {
  expect(sameRepository(a, b)).toBe(same)
  expect(sameRepository(b, a)).toBe(same)
})

test.each<[repository: Repository, text: string]>([
  [github, 'acme/corpus'],
  [hub('dataset'), 'datasets/acme/corpus'],
  [hub('model'), 'models/acme/corpus'],
  [hub('space'), 'spaces/acme/corpus'],
])('%o is printed as %s', (repository, text) => {
  expect(formatRepository(repository)).toBe(text)
})
