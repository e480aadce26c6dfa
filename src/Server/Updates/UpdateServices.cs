using Microsoft.AspNetCore.Authentication;
using Server.Updates.Checkpoints;
using Server.Updates.Comparing;
using Server.Updates.Events;
using Server.Updates.History;
using Server.Updates.Journaling;
using Server.Updates.Live;
using Server.Updates.Pages;
using Server.Updates.Reports;

namespace Server.Updates;

public static class UpdateServices
{
    public static void AddUpdates(this IServiceCollection services)
    {
        services.AddSingleton<UpdateStore>();
        services.AddSingleton<UpdateLog>();
        services.AddSingleton<UpdateLogging>();
        services.AddSingleton<LeaseProof>();
        services.AddSingleton<EventStore>();
        services.AddSingleton<EventPage>();
        services.AddSingleton<HistoryStore>();
        services.AddSingleton<PastUpdates>();
        services.AddSingleton<UpdateReports>();
        services.AddSingleton<LiveUpdates>();
        services.AddSingleton<RollBack>();
        services.AddSingleton<SaveModes>();
        services.AddSingleton<Starting>();
        services.AddSingleton<StackView>();
        services.AddSingleton<LogFold>();
        services.AddSingleton<LiveStates>();
        services.AddSingleton<Ending>();
        services.AddSingleton<Importing>();
        services.AddSingleton<CheckpointTexts>();
        services.AddSingleton<CheckpointSaving>();
        services.AddSingleton<JournalSaving>();
        services.AddHostedService<Sweep>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, LeaseAuthentication>(LeaseAuthentication.Name, null);
    }

    public static void MapUpdates(this IEndpointRouteBuilder routes)
    {
        routes.MapCreateUpdate();
        routes.MapRun();
        routes.MapBeginUpdate();
        routes.MapJournal();
        routes.MapCheckpoints();
        routes.MapEvents();
        routes.MapStatus();
        routes.MapHistory();
        routes.MapPastUpdates();
        routes.MapStates();
        routes.MapUpdatePages();
        routes.MapSummaries();
    }
}
