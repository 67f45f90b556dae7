/** The Hub's own words where it refuses: clients match on some of them. Line breaks were not recorded. */
const rejected = 'Your push was rejected because'

export const commitLocked = 'Another commit operation is in progress for this repository. Please try again later.'
export const headMoved = 'The branch was updated since you opened this page. Please refresh and try again.'

export function commitQuotaUsed(limit: number): string {
  return (
    `You have exceeded the rate limit for repository commits (${limit} per hour). You can retry this action in about 1 hour. ` +
    'To reduce the number of commits, you can upload entire folders at once using the Hub Python library: ' +
    'https://huggingface.co/docs/huggingface_hub/guides/upload'
  )
}

export function bucketUsed(bucket: string, quota: number): string {
  return (
    `We had to rate limit you, you hit the quota of ${quota} ${bucket} requests per 5 minutes period. ` +
    'Upgrade to a PRO user or Team/Enterprise organization account (https://hf.co/pricing) to get higher limits. ' +
    'See https://huggingface.co/docs/hub/rate-limits'
  )
}

export function danglingPointer(path: string): string {
  return (
    `${rejected} an LFS pointer pointed to a file that does not exist. For instance, this can happen if you used ` +
    `git push --no-verify to push your changes. Offending file: - ${path}`
  )
}

function list(paths: readonly string[], ref: string): string {
  return paths.map((path) => `- ${path} (ref: ${ref})`).join(' ')
}

export function largeFiles(paths: readonly string[], ref: string): string {
  return (
    `${rejected} it contains files larger than 10 MiB. Please use https://git-lfs.github.com/ to store large files. ` +
    `See also: https://hf.co/docs/hub/repositories-getting-started#terminal Offending files: ${list(paths, ref)}`
  )
}

export function binaryFiles(paths: readonly string[], ref: string): string {
  return (
    `${rejected} it contains binary files. Please use https://huggingface.co/docs/hub/xet to store binary files. ` +
    `See also: https://huggingface.co/docs/hub/xet/using-xet-storage#git Offending files: ${list(paths, ref)}`
  )
}

export function tooManyFiles(count: number, limit: number, ref: string): string {
  return (
    `${rejected} it contains too many files. Your git repo would contain ${count} files after this push, ` +
    `over the limit of ${limit} files. Offending reference: ${ref}`
  )
}

export function fullFolders(folders: readonly string[], limit: number, ref: string): string {
  return (
    `${rejected} it contains too many files per directory. Each directory in your git repo can only contain up to ${limit} files. ` +
    `Offending reference: ${ref} Offending directories: ${folders.join(' ')}`
  )
}
