import type { OptionQuote } from '@keel/quant'

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']

/** The venue's name of an option: `ETH-6FEB26-2000-C`. */
export function nameOf({ expiry, strike, kind }: OptionQuote, underlying = 'ETH'): string {
  const date = new Date(expiry * 1000)
  const day = `${date.getUTCDate()}${MONTHS[date.getUTCMonth()]}${String(date.getUTCFullYear()).slice(2)}`
  return `${underlying}-${day}-${strike}-${kind === 'call' ? 'C' : 'P'}`
}

/** A row of `public/get_book_summary_by_currency` with the fields the venue serves. */
export function summaryOf(quote: OptionQuote, { time, index }: { time: number; index: number }) {
  const { bid, ask, future } = quote
  return {
    ask_price: ask ?? null,
    base_currency: 'ETH',
    bid_price: bid ?? null,
    creation_timestamp: time * 1000 + 267,
    estimated_delivery_price: index,
    high: null,
    instrument_name: nameOf(quote),
    interest_rate: 0,
    last: null,
    low: null,
    mark_iv: 58.6,
    mark_price: 0.01,
    mid_price: bid && ask ? (bid + ask) / 2 : null,
    open_interest: 0,
    price_change: null,
    quote_currency: 'ETH',
    underlying_index: 'SYN.ETH',
    underlying_price: future ?? null,
    volume: 0,
    volume_usd: 0,
  }
}

/** A row of `public/get_instruments` with the fields the venue serves. */
export function instrumentOf(quote: OptionQuote, over: Readonly<Record<string, unknown>> = {}) {
  return {
    base_currency: 'ETH',
    block_trade_commission: 0.0003,
    block_trade_min_trade_amount: 250,
    block_trade_tick_size: 0.0001,
    contract_size: 1,
    counter_currency: 'USD',
    creation_timestamp: 1_769_000_000_000,
    expiration_timestamp: quote.expiry * 1000,
    instrument_id: 1,
    instrument_name: nameOf(quote),
    instrument_type: 'reversed',
    is_active: true,
    kind: 'option',
    maker_commission: 0.0003,
    min_trade_amount: 1,
    option_type: quote.kind,
    price_index: 'eth_usd',
    quote_currency: 'ETH',
    settlement_currency: 'ETH',
    settlement_period: 'day',
    state: 'open',
    strike: quote.strike,
    taker_commission: 0.0003,
    tick_size: 0.0001,
    tick_size_steps: [{ above_price: 0.005, tick_size: 0.0005 }],
    ...over,
  }
}
