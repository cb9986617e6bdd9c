/** A failure the person at the keyboard can mend; the text says how. */
export class BootstrapError extends Error {
  name = 'BootstrapError'
}
