import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { Heart } from "../account/heart";
import { RecentlyViewed, useNoteViewed } from "../account/viewed";
import { api, ask } from "../api/client";
import { isProblem } from "../api/problem";
import type { ProductView, VariantView } from "../api/schema";
import { useAddToCart, useCart } from "../cart/cart";
import { Stars } from "../catalogue/cards";
import { Related } from "../catalogue/related";
import { Reviews } from "../catalogue/reviews";
import { Waiting } from "../catalogue/waiting";
import { choose, firstChoice, stockOf } from "../lib/variants";
import { Spinner } from "../ui/marks";
import { Failure, Loading, Notice, PageTitle, Picture, Price, Skeleton, Stepper } from "../ui/parts";
import NotFound from "./not-found";

const MOST = 99;

function Options({
  product,
  variant,
  onChoose,
}: {
  product: ProductView;
  variant: VariantView;
  onChoose: (next: VariantView) => void;
}) {
  const group = useId();
  return product.options.map(({ name, values }) => (
    <fieldset key={name}>
      <legend className="mb-2 font-medium">
        {name}: <span className="text-soft">{variant.options[name]}</span>
      </legend>
      <div className="flex flex-wrap gap-2">
        {values.map((value) => {
          const stock = stockOf(product.variants, variant.options, name, value);
          return (
            <label
              key={value}
              className="relative cursor-pointer rounded-full border-[1.5px] border-edge px-4 py-2 font-semibold hover:bg-sunk has-checked:border-ink has-checked:bg-ink has-checked:text-paper has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                className="absolute inset-0 cursor-pointer opacity-0"
                name={`${group}-${name}`}
                value={value}
                checked={variant.options[name] === value}
                onChange={() => {
                  const next = choose(product.variants, variant.options, name, value);
                  if (next) onChoose(next);
                }}
              />
              <span className={stock === "there" ? "" : "line-through decoration-2 opacity-60"}>{value}</span>
              {stock === "gone" && <span className="sr-only"> (sold out)</span>}
            </label>
          );
        })}
      </div>
    </fieldset>
  ));
}

function Gallery({ product, variant }: { product: ProductView; variant: VariantView }) {
  const [picked, setPicked] = useState<{ sku: string; url: string } | null>(null);
  const url = (picked?.sku === variant.sku ? picked.url : variant.image) || product.images[0]?.url;
  const alt = product.images.find((image) => image.url === url)?.alt || product.title;
  return (
    <div>
      <Picture src={url} alt={alt} eager className="aspect-square w-full rounded-[2rem]" />
      {product.images.length > 1 && (
        <ul className="mt-3 flex flex-wrap gap-2" aria-label="More pictures">
          {product.images.map((image, index) => (
            <li key={image.url}>
              <button
                type="button"
                aria-label={image.alt || `Picture ${index + 1}`}
                aria-pressed={image.url === url}
                onClick={() => setPicked({ sku: variant.sku, url: image.url })}
                className="overflow-hidden rounded-2xl border-3 border-transparent aria-pressed:border-ink"
              >
                <Picture src={image.url} alt="" className="size-16 sm:size-18" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Buy({ variant, product }: { variant: VariantView; product: ProductView }) {
  const { id: productId, title } = product;
  const mailed = product.kind === "gift_card";
  const { cart } = useCart();
  const add = useAddToCart();
  const [quantity, setQuantity] = useState(1);
  const inCart = cart?.lines.find((line) => line.sku === variant.sku)?.quantity ?? 0;
  const most = Math.min(MOST, Math.max(0, variant.available - inCart));
  const wanted = Math.min(quantity, Math.max(1, most));
  const { available } = variant;

  return (
    <div className="space-y-4">
      <p className={available === 0 || available <= 5 ? "font-semibold text-bad" : "text-good"} aria-live="polite">
        {available === 0
          ? "Sold out for now"
          : available <= 5
            ? `Only ${available} left`
            : mailed
              ? "Comes by email, as soon as it is paid"
              : "In stock"}
        {inCart > 0 && <span className="font-normal text-soft"> · {inCart} in your cart</span>}
      </p>
      {available > 0 && variant.price && (
        <div className="flex flex-wrap items-center gap-3">
          <Stepper label="How many" value={wanted} max={most} onChange={setQuantity} />
          <button
            type="button"
            className="btn btn-main grow sm:px-10"
            disabled={add.isPending || most === 0}
            onClick={() => add.mutate({ sku: variant.sku, quantity: wanted }, { onSuccess: () => setQuantity(1) })}
          >
            {add.isPending ? <Spinner label="Adding" /> : most === 0 ? "All of them are in your cart" : "Add to cart"}
          </button>
        </div>
      )}
      {available === 0 && <Waiting productId={productId} sku={variant.sku} />}
      <div aria-live="polite">
        {add.isSuccess && add.variables.sku === variant.sku && (
          <Notice tone="good">
            <p className="flex flex-wrap items-center justify-between gap-3">
              <span>
                {add.variables.quantity > 1 && `${add.variables.quantity} × `}
                {title} is in your cart.
              </span>
              <Link to="/cart" className="link font-semibold">
                Go to the cart
              </Link>
            </p>
          </Notice>
        )}
        {add.isError && <Failure error={add.error} retry={() => add.mutate(add.variables)} />}
      </div>
    </div>
  );
}

function Shape() {
  return (
    <Loading label="Loading the product">
      <div className="grid gap-8 md:grid-cols-2 md:gap-12">
        <Skeleton className="aspect-square w-full rounded-[2rem]" />
        <div className="space-y-5">
          <Skeleton className="h-5 w-32" />
          <Skeleton className="h-12 w-4/5" />
          <Skeleton className="h-9 w-32" />
          <Skeleton className="h-24 w-full" />
          <Skeleton className="h-12 w-full rounded-full" />
        </div>
      </div>
    </Loading>
  );
}

/** Notes that it is looked at, and shows what was before. */
function Looked({ productId }: { productId: string }) {
  useNoteViewed(productId);
  return <RecentlyViewed but={productId} />;
}

export default function Product() {
  const { slug = "" } = useParams();
  const [search, setSearch] = useSearchParams();
  const query = useQuery({
    queryKey: ["product", slug],
    queryFn: () => ask(api.GET("/products/{product_id}", { params: { path: { product_id: slug } } })),
  });
  const navigate = useNavigate();
  const now = query.data?.slug;
  useEffect(() => {
    // An old address, or an id: the API led us on, and so do we.
    if (now && now !== slug)
      void navigate({ pathname: `/products/${now}`, search: location.search }, { replace: true });
  }, [now, slug, navigate]);
  if (query.isPending) return <Shape />;
  if (isProblem(query.error, "not_found")) return <NotFound what="This ware is not on the market (any more)." />;
  if (query.isError && !query.data)
    return <Failure error={query.error} retry={() => void query.refetch()} title="We can't show this ware" />;
  const product = query.data!;
  const variant = firstChoice(product.variants, search.get("sku"));
  if (!variant) return <NotFound what="This ware is not for sale at the moment." />;
  const show = (next: VariantView) => setSearch({ sku: next.sku }, { replace: true, preventScrollReset: true });

  const attributes = Object.entries(product.attributes);

  return (
    <>
      <article className="grid gap-8 md:grid-cols-2 md:gap-12">
        <div className="md:sticky md:top-20 md:self-start">
          <Gallery product={product} variant={variant} />
        </div>
        <div className="space-y-6">
          <div>
            <nav aria-label="Breadcrumbs" className="mb-2 text-soft">
              {product.breadcrumbs.map((crumb, index) => (
                <span key={crumb.slug}>
                  {index > 0 && " › "}
                  <Link
                    to={`/categories/${crumb.slug}`}
                    className="underline decoration-madder decoration-2 underline-offset-4"
                  >
                    {crumb.title}
                  </Link>
                </span>
              ))}
              {product.brand && <> · by {product.brand}</>}
            </nav>
            <PageTitle title={product.title} />
            {product.rating && (
              <p className="mt-2">
                <Stars rating={product.rating} />
              </p>
            )}
            <p className="mt-4 text-2xl" aria-live="polite">
              {variant.price ? (
                <span className="tag pl-7 text-2xl">
                  <Price money={variant.price} />
                </span>
              ) : (
                <span className="text-soft">Not sold in your currency</span>
              )}
              {variant.compare_at && (
                <s className="ml-3 text-lg text-soft">
                  <span className="sr-only">before </span>
                  <Price money={variant.compare_at} />
                </s>
              )}
            </p>
            {variant.compare_at && variant.lowest_price_30_days && (
              <p className="mt-2 text-sm text-soft">
                Lowest price of the 30 days before: <Price money={variant.lowest_price_30_days} />
              </p>
            )}
          </div>
          <Options product={product} variant={variant} onChoose={show} />
          <Buy key={variant.sku} variant={variant} product={product} />
          <div className="flex flex-wrap items-center gap-3">
            <Heart productId={product.id} title={product.title} wide />
          </div>
          {/* The API lets plain formatting through and nothing that runs (commerce/catalog/richtext.py). */}
          <div
            className="prose-shop border-t border-line pt-6"
            dangerouslySetInnerHTML={{ __html: product.description_html }}
          />
          {attributes.length > 0 && (
            <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 border-t border-line pt-6">
              {attributes.map(([name, value]) => (
                <div key={name} className="contents">
                  <dt className="text-soft">{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          )}
        </div>
      </article>
      <Related productId={product.id} />
      <Reviews productId={product.id} />
      <Looked productId={product.id} />
    </>
  );
}
