/** The most memory that this process has had, in bytes. */
import { readFileSync } from 'node:fs'

/**
 * On Linux `maxRSS` begins with what the parent had when it forked: the kernel's own count of this process's pages does
 * not.
 */
export function readPeakMemory(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (kilobytes !== undefined) return Number(kilobytes) * 1024
  } catch {
    // No Linux.
  }
  return process.resourceUsage().maxRSS * 1024
}
