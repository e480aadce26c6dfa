using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Server.Accounts;
using Server.Activity;
using Server.Agents;
using Server.Audit;
using Server.AuditLog;
using Server.Auth;
using Server.Console;
using Server.Data;
using Server.Environments;
using Server.Factors;
using Server.Federation;
using Server.Http;
using Server.Mail;
using Server.OAuth;
using Server.Oidc;
using Server.Organizations;
using Server.OrganizationSignIn;
using Server.Outgoing;
using Server.Resources;
using Server.Roles;
using Server.Saml;
using Server.Scim;
using Server.Search;
using Server.Secrets;
using Server.Serve;
using Server.Service;
using Server.Sessions;
using Server.Settings;
using Server.StackLifecycle;
using Server.Stacks;
using Server.State;
using Server.Teams;
using Server.Tokens;
using Server.Updates;
using Server.Usage;
using Server.Webhooks;
using Wire;

namespace Server;

/// <summary>The whole server, put together.</summary>
public static class Application
{
    /// <param name="adjust">For tests: another clock, cheaper password hashes.</param>
    public static WebApplication Build(ServerSettings settings, Action<IServiceCollection>? adjust = null)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ApplicationName = typeof(Application).Assembly.GetName().Name }
        );
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings));
        AddLog(builder.Logging, settings);
        AddServices(builder.Services, settings);
        adjust?.Invoke(builder.Services);
        var app = builder.Build();
        Use(app, settings);
        Map(app, settings);
        return app;
    }

    private static void AddServices(IServiceCollection services, ServerSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddData(settings.DataFolder, settings.DatabaseUrl);
        services.AddOrganizations();
        services.AddTeams();
        services.AddRoles();
        services.AddOrganizationSignIn();
        services.AddMail();
        services.AddAccounts();
        services.AddFactors();
        services.AddSessions();
        services.AddTokens();
        services.AddOAuth();
        services.AddOidc();
        services.AddAudit();
        services.AddHostedService<AuditChaining>();
        services.AddAuditLog();
        services.AddStacks();
        services.AddStates();
        services.AddSecrets(settings.MasterKeyFile);
        services.AddHostedService<MasterKeyCheck>();
        services.AddOutgoing();
        services.AddWebhooks();
        services.AddHostedService(provider => provider.GetRequiredService<WebhookSending>());
        services.AddEnvironments();
        services.AddUpdates();
        services.AddStackLifecycle();
        services.AddResources();
        services.AddActivity();
        services.AddSearch();
        services.AddAgents();
        services.AddUsage();
        services.AddSaml();
        services.AddScim();
        services.AddHostedService<LastUseWriter>();
        services.AddMetricsEndpoint();

        var authentication = services
            .AddAuthentication(Access.SessionScheme)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(Access.SessionScheme, null)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(Access.TokenScheme, null)
            .AddScheme<AuthenticationSchemeOptions, ScimAuthentication>(ScimAuthentication.SchemeName, null);
        services.AddFederation(authentication, settings);
        services.AddAuthorization();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, ProtectionKeys>();
        services.AddDataProtection().SetApplicationName("holdfast");
        services.AddSingleton<Flash>();
        services.AddHttpContextAccessor(); // HostCookie asks it
        services.AddSingleton<RefusalLog>();
        services.AddAntiforgery(options =>
        {
            options.Cookie = new HostCookie("holdfast-form") { SameSite = SameSiteMode.Strict };
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddRazorComponents();
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, WireJson.Default);
            options.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        services.AddRequestDecompression();
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true; // pages hold no fixed secret beside text that an attacker chooses
            options.Providers.Add<GzipCompressionProvider>();
        });
    }

    private static void Use(WebApplication app, ServerSettings settings)
    {
        UseTrustedProxies(app, settings);
        app.UseResponseHeaders();
        app.UseResponseCompression();
        app.UseWhen(http => http.IsApi(), api => api.UseApiErrors());
        app.UseWhen(http => http.IsScim(), scim => scim.UseScimErrors());
        app.UseWhen(http => !http.IsApi() && !http.IsScim(), pages => pages.UseErrorPages());
        app.UseHostNames(settings);
        app.UseRefusalLog();
        app.UseRouting();
        app.UseWhen(
            http => http.GetEndpoint()?.Metadata.GetMetadata<SavesBody>() is null,
            unpacked => unpacked.UseRequestDecompression() // after routing, which knows how large a body may become
        );
        app.UseDenyByDefault();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseTokenLimits();
        app.UseTokenCaps();
        app.UseFactorRules(settings);
        app.UseSamlBoundTokens();
        app.UseAccessChecks();
        app.UseAntiforgery();
    }

    private static void Map(WebApplication app, ServerSettings settings)
    {
        app.MapAgentSignup();
        app.MapService();
        app.MapMetrics(settings);
        app.MapUsers();
        app.MapFederation();
        app.MapOrganizations();
        app.MapTeams();
        app.MapRoles();
        app.MapOrganizationSignIn();
        app.MapAuditLog();
        app.MapTokens();
        app.MapOAuth();
        app.MapOidc();
        app.MapStacks();
        app.MapStackLifecycle();
        app.MapSecrets();
        app.MapEnvironments();
        app.MapUpdates();
        app.MapWebhooks();
        app.MapResources();
        app.MapActivity();
        app.MapSearch();
        app.MapUsage();
        app.MapSaml();
        app.MapSamlSignIn();
        app.MapScim();
        app.MapFiles();
        app.MapPages();
    }

    private static void Listen(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel, ServerSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = BodyLimit.Standard;
        foreach (var address in settings.Listen)
        {
            address.Bind(
                kestrel,
                endpoint =>
                {
                    if (address.Tls)
                    {
                        endpoint.UseHttps(X509Certificate2.CreateFromPemFile(settings.CertificateFile!, settings.CertificateKeyFile));
                    }
                }
            );
        }
    }

    private static void UseTrustedProxies(WebApplication app, ServerSettings settings)
    {
        if (settings.TrustedProxies.Count == 0)
        {
            return;
        }
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in settings.TrustedProxies)
        {
            options.KnownProxies.Add(proxy);
            options.KnownProxies.Add(proxy.MapToIPv6());
        }
        app.UseForwardedHeaders(options);
    }

    private static void AddLog(ILoggingBuilder log, ServerSettings settings)
    {
        log.ClearProviders();
        // Standard output is for the greeting; everything else that is said goes to standard error.
        log.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        _ = settings.JsonLog
            ? log.AddJsonConsole(o =>
            {
                o.UseUtcTimestamp = true;
                o.TimestampFormat = PlainLog.TimeFormat;
            })
            : log.AddConsole(o => o.FormatterName = PlainLog.FormatterName).AddConsoleFormatter<PlainLog, ConsoleFormatterOptions>();
        log.SetMinimumLevel(LogLevel.Information);
        log.AddFilter("Microsoft", LogLevel.Warning);
        log.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // it warns that its keys lie in the open: they lie in our store
        log.AddFilter("Server.Tokens.TokenAuthentication", LogLevel.Warning); // who is refused is told so; the log need not repeat it
        log.AddFilter("Server.Sessions.SessionAuthentication", LogLevel.Warning);
        log.AddFilter("Server.Updates.LeaseAuthentication", LogLevel.Warning);
        log.AddFilter("Server.Scim.ScimAuthentication", LogLevel.Warning);
        log.AddFilter("Microsoft.AspNetCore.Authentication.OpenIdConnect", LogLevel.Critical); // FederationServices says what failed, without what the other side wrote
        log.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Critical); // a stale form is the visitor's, not the operator's
        log.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.Error);
    }
}
