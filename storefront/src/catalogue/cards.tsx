import type { Ref } from "react";
import { Link } from "react-router";
import { Heart } from "../account/heart";
import type { ProductSummary, Rating } from "../api/schema";
import { Picture, Price, Skeleton } from "../ui/parts";

const GRID = "grid grid-cols-2 gap-x-4 gap-y-8 sm:gap-x-6 md:grid-cols-3";

/** Stars for the eye, words for the ear. */
export function Stars({ rating, className = "" }: { rating: Rating; className?: string }) {
  return (
    <span className={`whitespace-nowrap ${className}`}>
      <span aria-hidden="true" className="text-madder">
        ★
      </span>{" "}
      <span className="sr-only">Rated </span>
      {rating.average.toFixed(1)} <span className="text-soft">({rating.count})</span>
    </span>
  );
}

function Card({ product, eager }: { product: ProductSummary; eager: boolean }) {
  const { price, compare_at: before } = product;
  return (
    <li className="group relative">
      <div className="relative overflow-hidden rounded-tile bg-sunk">
        <Picture
          src={product.image?.url}
          alt=""
          eager={eager}
          className={`aspect-square w-full transition-transform duration-300 group-hover:scale-[1.035] ${product.in_stock ? "" : "opacity-55 grayscale-[.6]"}`}
        />
      </div>
      <div className="absolute right-2 top-2 z-1">
        <Heart productId={product.id} title={product.title} />
      </div>
      <p className="relative -mt-4 ml-3">
        {!product.in_stock ? (
          <span className="tag tag-gone">Sold out</span>
        ) : price ? (
          <span className="tag">
            {product.price_varies && <span className="text-xs font-medium">from</span>}
            <Price money={price} />
            {before && (
              <s className="text-xs font-medium opacity-75">
                <span className="sr-only">before </span>
                <Price money={before} />
              </s>
            )}
          </span>
        ) : (
          <span className="tag tag-gone">Not sold here</span>
        )}
      </p>
      <h2 className="mt-2 text-[1.0625rem] font-semibold leading-snug tracking-normal">
        {/* The whole card leads there; the link is its name. */}
        <Link
          to={`/products/${product.slug}`}
          className="after:absolute after:inset-0 after:rounded-tile group-hover:underline decoration-madder decoration-2 underline-offset-4 focus-visible:outline-none focus-visible:after:outline-3 focus-visible:after:outline-offset-4 focus-visible:after:outline-accent"
        >
          {product.title}
        </Link>
      </h2>
      <p className="flex flex-wrap gap-x-3 text-sm text-soft">
        <span>{product.brand}</span>
        {product.rating && <Stars rating={product.rating} />}
      </p>
    </li>
  );
}

export function Cards({
  products,
  wide = false,
  ref,
}: {
  products: ProductSummary[];
  wide?: boolean;
  ref?: Ref<HTMLUListElement>;
}) {
  return (
    <ul ref={ref} className={`${GRID} ${wide ? "lg:grid-cols-4" : ""}`}>
      {products.map((product, index) => (
        <Card key={product.id} product={product} eager={index < 4} />
      ))}
    </ul>
  );
}

export function CardShapes({ wide = false }: { wide?: boolean }) {
  return (
    <ul className={`${GRID} ${wide ? "lg:grid-cols-4" : ""}`}>
      {Array.from({ length: wide ? 8 : 6 }, (_, index) => (
        <li key={index}>
          <Skeleton className="aspect-square w-full rounded-tile" />
          <Skeleton className="mt-3 h-5 w-4/5" />
          <Skeleton className="mt-2 h-4 w-2/5" />
        </li>
      ))}
    </ul>
  );
}
