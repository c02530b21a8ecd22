// The texts in Japanese. A text is a string, or a function of what it tells about.

const VIAS = {
  USER_WALLET: 'ご自身のウォレット',
  GATE_PAY: 'Gate Pay',
  GATE_PAY_WEB: 'Gate Pay（Web）',
  KUCOIN_PAY: 'KuCoin Pay',
  BUYDL: 'Buydl',
};

/** The first few names: as many as a sentence can carry. */
const some = (names) => {
  const few = names.filter((name, at) => at === 0 || names.slice(0, at + 1).join().length <= 60);
  return few.join('、') + (few.length < names.length ? 'など' : '');
};

const later = ({ retryAfterSeconds: seconds }) => {
  if (seconds === undefined) return 'しばらくしてからもう一度お試しください。';
  if (seconds <= 90) return `${Math.max(seconds, 1)}秒後にもう一度お試しください。`;
  if (seconds <= 5400) return `${Math.ceil(seconds / 60)}分後にもう一度お試しください。`;
  return `${Math.ceil(seconds / 3600)}時間後にもう一度お試しください。`;
};

/** What a Japanese checkout says. */
export const ja = {
  tag: 'ja',
  problems: {
    AMOUNT_LESS_THEN_MINIMUM_ALLOWED: 'この通貨の最低金額に達していません。金額を増やすか、別の通貨またはネットワークを選んでください。',
    MAXIMUM_AMOUNT_PER_ORDER_EXCEEDED: '1回の注文の上限金額を超えています。金額を減らすか、注文を分けてください。',
    DAILY_SPENDING_LIMIT_EXCEEDED: '本日のご利用限度額に達しました。金額を減らすか、明日以降にご注文ください。',
    MONTHLY_SPENDING_LIMIT_EXCEEDED: '今月のご利用限度額に達しました。金額を減らすか、来月以降にご注文ください。',
    PRODUCT_COUNT_EXCEEDED: '1回の注文に入れられる商品数を超えています。商品を減らすか、注文を分けてください。',
    MULTIPLE_LIMITED_PRODUCT_SAME_ORDER: '購入制限のある商品は一度に1つしか注文できません。別々にご注文ください。',
    NOT_AVAILABLE_PRODUCT: 'この商品は取り扱いを終了しました。別の商品を選んでください。',
    OUT_OF_STOCK: 'この商品は在庫切れです。別の商品を選ぶか、後ほどお試しください。',
    NOT_ACTIVE: 'この商品は販売を停止しています。別の商品を選ぶか、後ほどお試しください。',
    INVALID_BENEFICIARY_ACCOUNT: 'このメールアドレスまたは電話番号にはお届けできません。入力内容をご確認ください。',
    NOT_ALLOWED_PAYMENT_VIA: ({ vias }) =>
      vias ? `この注文にはこのお支払い方法を利用できません。利用できる方法：${some(vias.map((via) => VIAS[via] ?? via))}` : 'この注文にはこのお支払い方法を利用できません。別の方法を選んでください。',
    UNSUPPORTED_PROTOCOL_COIN_COMBINATION: ({ combinations }) =>
      combinations
        ? `この注文にはこの通貨とネットワークを利用できません。利用できる方法：${some(combinations.map(({ coin, network }) => `${coin}（${network}）`))}`
        : 'この注文にはこの通貨とネットワークを利用できません。別のネットワークまたは通貨を選んでください。',
    LOGIN_REQUIRED: 'この商品はCryptorefillsにログインしたお客様限定です。別の商品を選んでください。',
    COUPON_REQUIRES_LOGIN: 'このクーポンはCryptorefillsにログインしたお客様限定です。クーポンを外して続けてください。',
    COUPON_NOT_FOUND: 'このクーポンは見つかりません。入力内容をご確認ください。',
    COUPON_NOT_ACTIVE: 'このクーポンはまだ利用できません。クーポンを外して続けてください。',
    COUPON_ALREADY_SPENT: 'このクーポンはすでに使用されています。クーポンを外して続けてください。',
    COUPON_MAX_USAGE_REACHED: 'このクーポンは利用回数の上限に達しました。クーポンを外して続けてください。',
    COUPON_EXPIRED: 'このクーポンは有効期限が切れています。クーポンを外して続けてください。',
    COUPON_BELOW_MIN_AMOUNT: 'このクーポンの最低注文金額に達していません。金額を増やすか、クーポンを外してください。',
    COUPON_NOT_VALID_FOR_USER: 'このクーポンはお客様にはご利用いただけません。クーポンを外して続けてください。',
    COUPON_NOT_VALID_FOR_CATEGORY: 'このクーポンはこのカテゴリの商品には利用できません。クーポンを外して続けてください。',
    COUPON_NOT_VALID_FOR_KIND: 'このクーポンはこの種類の商品には利用できません。クーポンを外して続けてください。',
    COUPON_NOT_VALID_FOR_BRAND: 'このクーポンはこのブランドには利用できません。クーポンを外して続けてください。',
    COUPON_NOT_VALID_FOR_COUNTRY: 'このクーポンはこの国では利用できません。クーポンを外して続けてください。',
    COUPON_NOT_VALID_FOR_STORE: 'このクーポンはこのストアでは利用できません。クーポンを外して続けてください。',
    SUSPENDED_COIN: 'この通貨でのお支払いは一時停止中です。別の通貨を選ぶか、後ほどお試しください。',
    SUSPENDED_NETWORK: 'このネットワークでのお支払いは一時停止中です。別のネットワークを選ぶか、後ほどお試しください。',
    KYC_MISSING: 'この商品にはCryptorefillsでの本人確認が必要です。本人確認を済ませるか、別の商品を選んでください。',
    KYC_PENDING: '本人確認の審査中です（通常20分以内）。完了後にもう一度お試しください。',
    VERIFICATION_REQUIRED: 'Cryptorefillsでの追加の確認が必要です。',
    FULLNAME_MISSING: 'このネットワークでのお支払いにはCryptorefillsへの氏名の登録が必要です。別のネットワークを選んでください。',
    INVALID_EMAIL_DOMAIN: 'このメールアドレスには送信できません。別のメールアドレスを入力してください。',
    RATE_LIMITED: (params) => `リクエストが多すぎます。${later(params)}`,
    UPSTREAM_ERROR: (params) => `現在ショップに接続できません。${later(params)}`,
    UNREADABLE_ANSWER: 'ショップからの応答を読み取れませんでした。もう一度注文する前にメールをご確認ください。',
    NOT_FOUND: '見つかりませんでした。リンクまたは注文番号をご確認ください。',
    NOT_AUTHORIZED: '現在この操作はできません。ショップにお問い合わせください。',
    REJECTED: '受け付けられませんでした。入力内容をご確認ください。',
  },
  problem: (code) => `この注文には問題があります（${code}）。ショップにお問い合わせください。`,
  stages: {
    awaiting_payment: 'お支払いをお待ちしています',
    confirming_payment: 'お支払いを検出しました。承認をお待ちください',
    underpaid: '金額が不足しています。残りの金額をお送りください',
    delivering: 'お支払い完了。商品を準備しています',
    manual_review: '担当者が確認しています（最大1日ほど）',
    delivered: 'お届け済み',
    expired: 'お支払い期限が過ぎました。お支払い済みの場合はショップにお問い合わせください',
    failed: 'お支払いに失敗しました',
    refunded: '返金済み',
    canceled: '注文はキャンセルされました',
    unknown: '注文を処理しています',
  },
  ends: {
    stop: 'ショップがこの注文の更新を終了しました。',
    final: 'この注文の処理は終了しました。',
    closed: '更新を終了しました。',
    aborted: '更新を中止しました。',
    fatal: '更新を取得できません。ページを再読み込みしてください。注文には影響ありません。',
  },
  issues: {
    REQUIRED: '入力してください。',
    TYPE: '値が正しくありません。',
    FORMAT: '書式が正しくありません。',
    UNSUPPORTED: '対応していません。一覧から選んでください。',
    TOO_MANY: '数が多すぎます。1回の注文は10点までです。',
    TOO_FEW: '商品を1点以上追加してください。',
    OUT_OF_RANGE: 'この金額は販売範囲外です。',
    STEP: 'この金額は販売していません。近い金額を選んでください。',
    EMAIL: 'メールアドレスを入力してください（例：name@example.com）。',
    PHONE_NOT_E164: '+ と国番号から入力してください（例：+819012345678）。',
    PHONE_UNKNOWN_CALLING_CODE: 'この国番号は存在しません。',
    PHONE_WRONG_COUNTRY: '商品の国とは異なる国の電話番号です。',
    PHONE_TRUNK_ZERO: '国番号の後の 0 は入力しないでください。',
    PHONE_WRONG_START: 'この国にこの番号で始まる電話番号はありません。',
    PHONE_WRONG_LENGTH: '電話番号の桁数が正しくありません。',
    PROBLEMS: 'この注文には問題があります。支払わずにショップにお問い合わせください。',
    NOT_PAYABLE: 'この注文は支払いを待っていません。支払わないでください。',
    OTHER_ORDER: '別の注文についての応答です。',
    NOT_JSON: 'ショップからの応答を読み取れませんでした。',
    TOO_LARGE: 'ショップからの応答が大きすぎます。',
    TOO_DEEP: 'ショップからの応答を読み取れませんでした。',
    INVOICE: '請求書がこの注文と一致しません。支払わずにショップにお問い合わせください。',
  },
  issue: (code) => `ご確認ください（${code}）。`,
  errors: {
    BAD_INPUT: '入力内容をご確認ください。',
    NOT_INITIALIZED: '読み込み中です。もう一度お試しください。',
    LOAD_FAILED: '読み込めませんでした。ページを再読み込みしてください。',
    INTERNAL: '問題が発生しました。もう一度お試しください。',
    NETWORK: 'ショップに接続できません。インターネット接続をご確認ください。',
    TIMEOUT: 'ショップからの応答がありません。もう一度お試しください。',
    ABORTED: '中止しました。',
    OUTCOME_UNKNOWN: '注文が完了したか確認できません。もう一度注文する前にメールをご確認ください。二重に支払わないでください。',
    PROBLEMS: 'この内容では注文できません。',
    BAD_ANSWER: 'ショップからの応答を読み取れませんでした。',
    HTTP: '現在ショップに接続できません。後ほどお試しください。',
    NOT_FOUND: '見つかりませんでした。リンクまたは注文番号をご確認ください。',
  },
};
