type Advice = { readonly text: string; readonly retryable: boolean }

const later = (text: string): Advice => ({ text, retryable: true })
const change = (text: string): Advice => ({ text, retryable: false })

/** What to do about each error a user or a keeper meets, by the Solidity error's name. */
export const ADVICE: Readonly<Record<string, Advice>> = {
  // Orders
  DeadlinePassed: change('The order came too late. Send it again with a later deadline.'),
  LimitExceeded: change('The price moved beyond the limit. Quote again, or raise the limit.'),
  StrikeNotListed: change('Pick a strike that keel status lists.'),
  BoardNotListed: change('Pick an expiry that keel status lists.'),
  BoardExpired: change('This expiry has passed. Pick a later one, or redeem what you hold.'),
  TradingClosed: change('This board no longer takes such orders so near to expiry. Pick a later expiry.'),
  SizeNotAllowed: change('Trade whole lots of 0.001 within the smallest and largest size of the market.'),
  MoneynessNotAllowed: change('Opening needs a call delta inside the market’s band. Pick a strike nearer the money.'),
  NotWholeLots: change('Sizes are whole lots of 0.001.'),
  VaultHasNoLong: change('You can sell back at most what the vault has sold of this series.'),
  DuplicateLeg: change('Put each series into one leg.'),
  NoLegs: change('An order needs at least one leg.'),
  MixedMarkets: change('All legs of an order are of one market.'),
  PostTradeLimit: later(
    'The trade would take the vault beyond a risk limit. Try a smaller size, or one that reduces its risk.',
  ),
  BufferLimit: later('The vault lacks the free cash this trade needs. Try a smaller size.'),
  SeriesLimit: change('The vault’s position in this series is at its limit. Try another series.'),
  InsufficientFree: later('There is not enough free cash in the clearinghouse for this. Try a smaller size, or later.'),
  MarketPaused: later('The market is paused. Closing may still be open.'),
  ReduceOnly: later(
    'The market takes only risk-reducing trades now: its prices disagree or are old. Wait for the next observation.',
  ),
  SpotUnavailable: later('There is no usable spot price. Check the feed and the sequencer with keel status.'),
  NoSurface: later('This expiry has no volatility slice yet. A keeper must relay a report.'),
  SurfaceStale: later('The volatility slice is too old. A keeper must relay a newer report.'),
  // Vault
  BelowMinimumRequest: change('Ask for at least the vault’s minimum.'),
  DepositCapExceeded: later('The vault is at its deposit cap. Ask for less, or wait for withdrawals.'),
  EpochNotOver: later('The epoch can be rolled from its cut-off on.'),
  SpotNotFresh: later('The roll needs a price from after the cut-off. Wait for the next feed round.'),
  SpotUncertain: later(
    'The oracle is not open. The roll waits until mark and average agree, or for its careful prices.',
  ),
  SurfaceNotFresh: later('The roll needs a surface report from after the cut-off. Relay one.'),
  HedgerNotSynced: later('The roll needs a hedge sync from after the cut-off. Call sync on the hedger.'),
  NothingToClaim: later('Nothing is claimable yet. It is after the roll of the request’s epoch.'),
  ClaimExceedsClaimable: change('Claim at most what is claimable.'),
  PendingRedeemInOtherEpoch: later('An earlier redemption is still in the line. Claim it first.'),
  RequestClosed: change('The request’s epoch is past its cut-off: it can no longer be cancelled.'),
  NotController: change('Only the controller or its operator may do this. Call from that account, or set an operator.'),
  NotOwner: change('Only the owner or its operator may do this.'),
  PreviewsAreAsync: change('Requests are priced at the roll: there is nothing to preview.'),
  // Keepers
  BookJustTraded: later('A trade changed the book in this block or the last. Rebalance in the next.'),
  NotExpired: later('Wait until the expiry has passed.'),
  SettlementNotFinal: later('The settlement price is still open to dispute. Settle once it is final.'),
  AlreadySettled: change('Done already, by somebody else.'),
  AlreadyProposed: change('Done already, by somebody else.'),
  NotSettled: later('Settle the series first.'),
  ReportNotNewer: change('A newer report is in force already.'),
  ReportTooOld: change('Sign a fresh report.'),
  ReportFromFuture: later('The signer’s clock is ahead of the chain.'),
  UpdateTooSoon: later('The slices of this expiry changed a moment ago. Relay again a little later.'),
  // Tokens and roles
  ERC20InsufficientAllowance: change('Approve the spender for the amount first.'),
  ERC20InsufficientBalance: change('The account does not hold so much of the token.'),
  ERC6909InsufficientBalance: change('The account does not hold so many options of this series.'),
  AccessManagedUnauthorized: change('This function needs a role the caller does not have.'),
}
