/**
 * Where the tests have their folders: in memory, where there is enough of it. As their judge git writes thousands of small
 * files and takes them away again, which costs several times as much on a disk. Whatever a test leaves behind goes at the end.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Linux keeps it in memory. A container often has 64 MB of it, and starts no program from there. */
const memory = '/dev/shm'
/** In bytes: ten times what the tests have there at once. */
const enough = 2 ** 30

/** A folder in memory; null where there is none for it, or where what is in it cannot be started. */
function makeFolder(): string | null {
  let folder: string | null = null
  try {
    const { bavail, bsize } = statfsSync(memory)
    if (bavail * bsize < enough) return null
    folder = mkdtempSync(join(memory, 'hubmirror-test-'))
    const program = join(folder, 'program')
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 })
    if (spawnSync(program).status === 0) return folder
  } catch {
    // Not there, or not ours to write to: then the disk is good enough.
  }
  if (folder !== null) rmSync(folder, { recursive: true })
  return null
}

/** Called by vitest before the first test. A folder that was given stands. Returns what vitest calls after the last one. */
export default function setup(): () => void {
  const folder = process.env['TMPDIR'] ? null : makeFolder()
  if (folder !== null) process.env['TMPDIR'] = folder
  return () => {
    if (folder === null) return
    // Whoever starts one run of vitest after another in one process has no such folder between them.
    delete process.env['TMPDIR']
    rmSync(folder, { recursive: true, force: true })
  }
}
