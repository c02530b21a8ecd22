import { Order } from './order.js';
import { tryOut } from './shop.js';

/** What the package says on the server goes into the page; the order is followed in the browser. */
export default function Page() {
  const tried = JSON.stringify(tryOut()).replaceAll('<', '\\u003c');
  return (
    <main>
      <script id="tried" type="application/json" dangerouslySetInnerHTML={{ __html: tried }} />
      <Order />
    </main>
  );
}
