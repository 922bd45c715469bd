/** Whether a text is a name of an image: `registry.example.com:5000/team/app:1.2.3`, with a tag, a digest or both. */
export function isImage(text: string): boolean {
  const part = '[a-z0-9]+(?:[._-]+[a-z0-9]+)*'
  const registry = '(?:[A-Za-z0-9.-]+(?::\\d+)?/)?'
  const pattern = `^${registry}${part}(?:/${part})*(?::[\\w][\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`
  return new RegExp(pattern).test(text)
}

/** A digest says more than a tag; without either it is `latest`, as everywhere. */
export function imageParts(
  image: string,
): { newName: string; newTag: string } | { newName: string; digest: string } {
  const [reference = '', digest] = image.split('@')
  const colon = reference.lastIndexOf(':')
  // A colon before a slash is that of the registry's port.
  const tagged = colon > reference.lastIndexOf('/')
  const newName = tagged ? reference.slice(0, colon) : reference
  if (digest !== undefined) return { newName, digest }
  return { newName, newTag: tagged ? reference.slice(colon + 1) : 'latest' }
}
