/** Real git and git-lfs judge what the fake GitHub holds. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hasGit, hasGitLfs } from '../git-judge.ts'
import { ask, askJson, createRepository } from './github-fixture.ts'
import type { GithubHub } from './github.ts'

const large = Buffer.alloc(50_000, 'large ')
let folder: string
let hub: GithubHub

const git = (...args: string[]) =>
  execFileSync('git', args, {
    encoding: 'utf8',
    env: {
      ...process.env,
      GIT_CONFIG_GLOBAL: join(folder, 'gitconfig'),
      GIT_CONFIG_NOSYSTEM: '1',
      HOME: folder,
      GIT_LFS_SKIP_SMUDGE: '1',
    },
  })

/** History by people and through the API: a merge, modes, names that are hard to sort, an LFS object. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hub-'))
  hub = createRepository()
  hub.commit('main', {
    files: {
      'README.md': '# Corpus\n',
      'run.sh': { mode: '100755', content: '#!/bin/sh\n' },
      'link': { mode: '120000', content: 'README.md' },
      'a': 'file\n',
      'a.b': 'file\n',
      'a-b/c': 'file\n',
      'ä/ö 😀.txt': 'file\n',
      'vendor': { mode: '160000', content: '1'.repeat(40) },
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      '.gitmodules': '[submodule "vendor"]\n\tpath = vendor\n\turl = https://example.com/vendor.git\n',
      'large.bin': { lfs: large },
    },
    message: 'First',
    author: { name: 'Ada Ünal', email: 'ada@example.com', date: '2026-10-01T00:00:00-03:30' },
  })
  hub.commit('side', { files: { 'side/x.txt': 'x\n' }, message: 'Side\n', parents: [hub.head('main')!] })
  hub.commit('main', {
    files: { 'README.md': '# The corpus\n', 'a': null, 'a/b': 'now a directory\n' },
    message: 'Second',
  })
  const merged = hub.merge('main', 'side')
  const edits = [
    { path: 'a/z/deep.txt', mode: '100644', type: 'blob', content: 'deep\n' },
    { path: 'a-b/c', mode: '100644', type: 'blob', sha: null },
  ]
  const tree = await askJson(hub, 'git/trees', { json: { base_tree: merged, tree: edits } })
  const author = { name: ' Eve <e>\n', email: 'eve@example.com', date: '2026-11-02T00:00:00Z' }
  const commit = await askJson(hub, 'git/commits', {
    json: { message: 'By the API', tree: tree.sha, parents: [merged], author },
  })
  await ask(hub, 'git/refs/heads/main', { method: 'PATCH', json: { sha: commit.sha } })
  hub.writeBareRepository(join(folder, 'bare.git'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

test.skipIf(!hasGit)('git finds nothing wrong with the objects', () => {
  expect(git('-C', join(folder, 'bare.git'), 'fsck', '--strict', '--full', '--no-dangling')).toBe('')
})

test.skipIf(!hasGit)('git lists the same trees and history as the hub', async () => {
  const bare = join(folder, 'bare.git')
  const listing = await askJson(hub, 'git/trees/main?recursive=1')
  expect(git('-C', bare, 'ls-tree', '-r', '-t', '-z', 'main').split('\0').filter(Boolean)).toEqual(
    listing.tree.map(({ mode, type, sha, path }: any) => `${mode} ${type} ${sha}\t${path}`),
  )
  const commits = await askJson(hub, 'commits')
  expect(git('-C', bare, 'log', '--format=%H %P %T', 'main').trim().split('\n')).toEqual(
    commits.map(
      ({ sha, parents, commit }: any) =>
        `${sha} ${parents.map((parent: any) => parent.sha).join(' ')} ${commit.tree.sha}`,
    ),
  )
})

test.skipIf(!hasGit)('git compares as the hub does', async () => {
  const bare = join(folder, 'bare.git')
  const first = git('-C', bare, 'rev-list', '--max-parents=0', 'main').trim()
  const letters: Record<string, string> = { A: 'added', D: 'removed', M: 'modified', T: 'changed' }
  const rows = git('-C', bare, 'diff', '--name-status', '--no-renames', '-z', `${first}...main`)
    .split('\0')
    .filter(Boolean)
  hub.switches.compareRenames = 'none'
  const { files, merge_base_commit: base } = await askJson(hub, `compare/${first}...main`)
  expect(files.flatMap(({ status, filename }: any) => [status, filename])).toEqual(
    rows.map((row, index) => (index % 2 === 0 ? letters[row] : row)),
  )
  expect(base.sha).toBe(git('-C', bare, 'merge-base', first, 'main').trim())
})

test.skipIf(!hasGit)('git clones it with modes, links and names', () => {
  const clone = join(folder, 'clone')
  git('clone', '--quiet', join(folder, 'bare.git'), clone)
  expect(git('-C', clone, 'status', '--porcelain')).toBe('')
  expect(readFileSync(join(clone, 'link'), 'utf8')).toBe('# The corpus\n')
  expect(statSync(join(clone, 'run.sh')).mode & 0o111).not.toBe(0)
  expect(readFileSync(join(clone, 'ä/ö 😀.txt'), 'utf8')).toBe('file\n')
})

test.skipIf(!hasGitLfs)('git-lfs finds every object, and a clone has its bytes', () => {
  const clone = join(folder, 'clone')
  git('lfs', 'install', '--skip-repo')
  git('clone', '--quiet', join(folder, 'bare.git'), clone)
  git('-C', clone, 'config', 'lfs.url', `file://${join(folder, 'bare.git')}`)
  git('-C', clone, 'lfs', 'pull')
  expect(readFileSync(join(clone, 'large.bin'))).toEqual(large)
  expect(git('-C', clone, 'lfs', 'fsck')).toContain('OK')
})
