/** A setup file: tells in which process tests run. */
import { appendFileSync } from 'node:fs'

const { MUTANTS_PIDS: pids } = process.env
if (pids) appendFileSync(pids, `${process.pid}\n`)
