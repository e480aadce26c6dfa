using Server.Audit;
using Server.Auth;
using Server.Http;
using Server.Organizations;
using Server.Stacks;
using Wire;

namespace Server.Webhooks;

/// <summary>Webhooks of organizations and stacks as the published API has them.</summary>
public static class WebhookEndpoints
{
    private const string OfOrganization = "/api/orgs/{orgName}/hooks";
    private const string OfStack = StackAccess.Route + "/hooks";

    public static void AddWebhooks(this IServiceCollection services)
    {
        services.AddSingleton<WebhookStore>();
        services.AddSingleton<WebhookOutbox>();
        services.AddSingleton<WebhookEvents>();
        services.AddSingleton<WebhookChanges>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookTrials>();
        services.AddSingleton<WebhookSending>();
    }

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        Map(
            routes,
            OfOrganization,
            (endpoint, permission) => endpoint.RequireMember(permission),
            new(
                Permission.OrganizationWebhookRead,
                Permission.OrganizationWebhookCreate,
                Permission.OrganizationWebhookUpdate,
                Permission.OrganizationWebhookDelete
            )
        );
        Map(
            routes,
            OfStack,
            (endpoint, permission) => endpoint.RequireStack(permission),
            new(Permission.StackWebhookRead, Permission.StackWebhookCreate, Permission.StackWebhookUpdate, Permission.StackWebhookDelete)
        );
    }

    private static void Map(
        IEndpointRouteBuilder routes,
        string all,
        Func<RouteHandlerBuilder, string, RouteHandlerBuilder> require,
        Permissions permissions
    )
    {
        var one = all + "/{hookName}";
        require(routes.MapGet(all, List), permissions.Read);
        require(routes.MapPost(all, Create), permissions.Create);
        require(routes.MapGet(one, Get), permissions.Read);
        require(routes.MapPatch(one, Change), permissions.Update);
        require(routes.MapDelete(one, Delete), permissions.Delete);
        require(routes.MapPost(one + "/ping", Ping), permissions.Update);
        require(routes.MapGet(one + "/deliveries", Deliveries), permissions.Read);
        require(routes.MapPost(one + "/deliveries/{event}/redeliver", Redeliver), permissions.Update);
    }

    private sealed record Permissions(string Read, string Create, string Update, string Delete);

    private static async Task<IReadOnlyList<WebhookResponse>> List(HttpContext http, WebhookStore webhooks, CancellationToken ct) =>
        [.. (await webhooks.List(Owner(http).Id, ct)).Select(webhook => OnWire(http, webhook))];

    private static async Task<IResult> Create(HttpContext http, Body<WebhookRequest> body, WebhookChanges changes, CancellationToken ct)
    {
        CheckNames(http, body.Value);
        var made = await changes.Create(Owner(http), Wish(body.Value), http.Actor(), ct);
        return TypedResults.Json(OnWire(http, made), WireJson.Default.WebhookResponse, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<WebhookResponse> Get(HttpContext http, string hookName, WebhookStore webhooks, CancellationToken ct) =>
        OnWire(http, await Find(http, hookName, webhooks, ct));

    private static async Task<WebhookResponse> Change(
        HttpContext http,
        string hookName,
        Body<WebhookRequest> body,
        WebhookStore webhooks,
        WebhookChanges changes,
        CancellationToken ct
    )
    {
        CheckNames(http, body.Value);
        var webhook = await Find(http, hookName, webhooks, ct);
        return OnWire(http, await changes.Change(Owner(http), webhook, Wish(body.Value), http.Actor(), ct));
    }

    private static async Task<IResult> Delete(
        HttpContext http,
        string hookName,
        WebhookStore webhooks,
        WebhookChanges changes,
        CancellationToken ct
    )
    {
        await changes.Delete(Owner(http), await Find(http, hookName, webhooks, ct), http.Actor(), ct);
        return Results.NoContent();
    }

    private static async Task<WebhookDelivery> Ping(
        HttpContext http,
        string hookName,
        WebhookStore webhooks,
        WebhookTrials trials,
        CancellationToken ct
    ) => OnWire(await trials.Ping(await Find(http, hookName, webhooks, ct), ct));

    private static async Task<IReadOnlyList<WebhookDelivery>> Deliveries(
        HttpContext http,
        string hookName,
        WebhookStore webhooks,
        WebhookOutbox outbox,
        CancellationToken ct
    ) => [.. (await outbox.Deliveries((await Find(http, hookName, webhooks, ct)).Id, ct)).Select(OnWire)];

    private static async Task<WebhookDelivery> Redeliver(
        HttpContext http,
        string hookName,
        string @event,
        WebhookStore webhooks,
        WebhookTrials trials,
        CancellationToken ct
    ) =>
        OnWire(
            await trials.Redeliver(await Find(http, hookName, webhooks, ct), @event, ct)
                ?? throw ApiException.NotFound($"Webhook '{hookName}' has no delivery '{@event}'")
        );

    private static async Task<Webhook> Find(HttpContext http, string name, WebhookStore webhooks, CancellationToken ct) =>
        await webhooks.Find(Owner(http).Id, name, ct) ?? throw WebhookChanges.NotFound(name);

    private static WebhookOwner Owner(HttpContext http) =>
        http.GetRouteValue("stackName") is null ? WebhookOwners.Of(http.Organization()) : WebhookOwners.Of(http.Stack());

    private static WebhookWish Wish(WebhookRequest body) =>
        new()
        {
            Name = body.Name,
            DisplayName = body.DisplayName,
            PayloadUrl = body.PayloadUrl,
            Format = body.Format,
            Active = body.Active,
            Filters = body.Filters,
            Groups = body.Groups,
            Secret = body.Secret,
        };

    private static void CheckNames(HttpContext http, WebhookRequest body)
    {
        Check("Organization", body.OrganizationName, "orgName");
        Check("Project", body.ProjectName, "projectName");
        Check("Stack", body.StackName, "stackName");

        void Check(string what, string? given, string parameter)
        {
            if (
                !string.IsNullOrEmpty(given)
                && !string.Equals(given, http.GetRouteValue(parameter) as string, StringComparison.OrdinalIgnoreCase)
            )
            {
                throw ApiException.BadRequest($"{what} name from request body doesn't match URL.");
            }
        }
    }

    private static WebhookResponse OnWire(HttpContext http, Webhook webhook) =>
        new()
        {
            OrganizationName = (string)http.GetRouteValue("orgName")!,
            ProjectName = http.GetRouteValue("projectName") as string,
            StackName = http.GetRouteValue("stackName") as string,
            Name = webhook.Name,
            DisplayName = webhook.DisplayName,
            PayloadUrl = webhook.PayloadUrl,
            Active = webhook.Active,
            Format = webhook.Format,
            Filters = webhook.FilterList,
            Groups = webhook.GroupList,
            HasSecret = webhook.Secret is not null,
            SecretCiphertext = Convert.ToBase64String(webhook.Secret ?? []),
        };

    private static WebhookDelivery OnWire(Delivery delivery) =>
        new(
            delivery.Id,
            delivery.Kind,
            delivery.Payload,
            delivery.CreatedMs / 1000,
            delivery.DurationMs,
            delivery.RequestUrl,
            delivery.RequestHeaders,
            delivery.ResponseCode,
            delivery.ResponseHeaders,
            delivery.ResponseBody
        );
}
