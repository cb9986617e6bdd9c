/** A message of JSON-RPC 2.0 as Deribit speaks it, or why it is none. */
export type Message =
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'refusal'; readonly id: number | undefined; readonly refusal: Refusal }
  | { readonly kind: 'notice'; readonly method: string; readonly params: unknown }
  | { readonly kind: 'garbled'; readonly why: string }

export type Refusal = { readonly code: number; readonly message: string; readonly waitMs: number | undefined }

export type Request = {
  readonly id: number
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

export function writeRequest({ id, method, params }: Request): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params })
}

/** Reads one message. Never throws: whatever is no message comes back as garbled, with the reason. */
export function readMessage(text: string): Message {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'garbled', why: `no JSON in ${text.length} characters` }
  }
  if (!isRecord(value)) return { kind: 'garbled', why: 'no JSON object' }
  const { id, method, params, result, error } = value
  if (isRecord(error)) {
    if (typeof error.code !== 'number') return { kind: 'garbled', why: 'an error without a code' }
    return { kind: 'refusal', id: typeof id === 'number' ? id : undefined, refusal: readRefusal(error, error.code) }
  }
  if (typeof id === 'number' && 'result' in value) return { kind: 'result', id, result }
  if (typeof method === 'string') return { kind: 'notice', method, params }
  return { kind: 'garbled', why: 'neither result, error nor method' }
}

/** The wait is in `data.wait`, seconds, where Deribit gives it. */
function readRefusal({ message, data }: Record<string, unknown>, code: number): Refusal {
  const wait = isRecord(data) && typeof data.wait === 'number' && data.wait >= 0 ? data.wait * 1000 : undefined
  return { code, message: typeof message === 'string' ? message.slice(0, 200) : 'no message', waitMs: wait }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
