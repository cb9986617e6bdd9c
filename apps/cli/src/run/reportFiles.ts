/** The two files of `--report OUT`: OUT names either, or both without an ending. */
export function reportFiles(out: string): { readonly json: string; readonly html: string } {
  const base = out.replace(/\.(json|html)$/i, '')
  return { json: `${base}.json`, html: `${base}.html` }
}
