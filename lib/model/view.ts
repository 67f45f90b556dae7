/** The one kind of path that is not mirrored as other files are. */

/** Whether a file holds git's rules for paths. Such a file is merged rule by rule, and is never an object. */
export function isAttributes(path: string): boolean {
  return path === '.gitattributes' || path.endsWith('/.gitattributes')
}
